// Command go_sumdb reads a record with the client library of the Go checksum database.
//
// Usage: go_sumdb RECORD VKEY
//
// It opens the checkpoint, authenticates every entry through the tiles, proves every entry
// and every kept checkpoint, and prints the proofs, one per line in hexadecimal:
//
//	record <index> <hash>…
//	tree <old size> <hash>…
//
// Nothing here is ours but three facts of tlog-tiles: the tile height is not in a path, a
// partial tile may be replaced by the full one, and entries stand behind their length in
// two bytes.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type record struct{ root string }

func (r record) Height() int { return height }

func (r record) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func (r record) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(r.root, path(tile)))
		if os.IsNotExist(err) && tile.W < 1<<height {
			// A partial tile may be gone when the full one is there, which begins with it.
			full := tile
			full.W = 1 << height
			data, err = os.ReadFile(filepath.Join(r.root, path(full)))
			data = data[:min(len(data), tile.W*tlog.HashSize)]
		}
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func path(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func (r record) checkpoint(name, vkey string) tlog.Tree {
	text, err := os.ReadFile(filepath.Join(r.root, name))
	check(err)
	verifier, err := note.NewVerifier(vkey)
	check(err)
	opened, err := note.Open(text, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		log.Fatalf("%s: not a checkpoint of %s", name, verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	check(err)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree
}

func (r record) entries(size int64) [][]byte {
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		width := 256
		if size-n*256 < 256 {
			width = int(size - n*256)
		}
		tile := tlog.Tile{H: height, L: 0, N: n, W: width}
		name := strings.Replace(path(tile), "tile/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(r.root, name))
		check(err)
		for ; len(data) > 0; width-- {
			length := 2 + int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:length])
			data = data[length:]
		}
		if width != 0 {
			log.Fatalf("%s: wrong number of entries", name)
		}
	}
	return all
}

func line(words ...interface{}) { fmt.Println(words...) }

func words(hashes []tlog.Hash) string {
	var text []string
	for _, hash := range hashes {
		text = append(text, hex.EncodeToString(hash[:]))
	}
	return strings.Join(text, " ")
}

func main() {
	r := record{os.Args[1]}
	tree := r.checkpoint("checkpoint", os.Args[2])
	reader := tlog.TileHashReader(tree, r)
	for i, entry := range r.entries(tree.N) {
		index := int64(i)
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		check(err)
		check(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)))
		line("record", index, words(proof))
	}
	index, err := os.ReadFile(filepath.Join(r.root, "checkpoints/index"))
	check(err)
	for _, size := range strings.Fields(string(index)) {
		old := r.checkpoint("checkpoints/"+size, os.Args[2])
		proof, err := tlog.ProveTree(tree.N, old.N, reader)
		check(err)
		check(tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash))
		line("tree", old.N, words(proof))
		oldReader := tlog.TileHashReader(old, r)
		_, err = oldReader.ReadHashes([]int64{tlog.StoredHashIndex(0, old.N-1)})
		check(err)
	}
}
