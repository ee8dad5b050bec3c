package journal_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"switchboard/engine/journal"
)

// What a disk keeps of writes that were not flushed when the power went: any of them, in
// pieces of this size.
const sector = 512

// walHeader is how the write-ahead log begins; another one means that it began anew.
const walHeader = 32

// A platter is the journal's files at an acknowledgement: all of it is on the disk.
type platter struct {
	file, log []byte
	taken     int // events acknowledged
}

func readPlatter(t *testing.T, path string, taken int) platter {
	t.Helper()
	p := platter{taken: taken}
	var err error
	if p.file, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	if p.log, err = os.ReadFile(path + "-wal"); err != nil {
		t.Fatal(err)
	}
	return p
}

// torn returns what may be on the disk when the power goes between two states of a file:
// each sector as it was or as it was to become, and either length.
func torn(chance *rand.Rand, was, is []byte) []byte {
	long, length := max(len(was), len(is)), len(is)
	if chance.IntN(2) == 0 {
		length = len(was)
	}
	out := make([]byte, long)
	copy(out, was)
	often := chance.IntN(101)
	for at := 0; at < len(is); at += sector {
		if chance.IntN(100) < often {
			copy(out[at:], is[at:min(at+sector, len(is))])
		}
	}
	return out[:length]
}

// "No webhook answered 200 is ever lost … after power loss where the disk honours flush":
// whatever of the unflushed writes is on the disk, what was acknowledged is read back.
// Between two acknowledgements either the log grows and is perhaps copied into the file,
// or the log begins anew: there is a flush between the two, and so there is in SQLite.
func TestPowerLossLosesNothingThatWasAcknowledged(t *testing.T) {
	if testing.Short() {
		t.Skip("long under the race detector, in which SQLite is slow")
	}
	chance := rand.New(rand.NewPCG(1, 2))
	path := fresh(t)
	j := open(t, path)
	const appends = 700
	taken, copied, anew, tried := 0, 0, 0, 0
	before := readPlatter(t, path, 0)
	for n := range appends {
		entries := keys(string(rune('a'+n%26))+time.Duration(n).String()+"-", 1+n%3)
		taken += len(appended(t, j, noon.Add(time.Duration(n)*time.Second), entries...))
		after := readPlatter(t, path, taken)
		fileChanged := !bytes.Equal(before.file, after.file)
		begunAnew := len(before.log) >= walHeader && !bytes.Equal(before.log[:walHeader], after.log[:walHeader])
		tries := 0
		switch {
		case fileChanged && begunAnew:
			t.Fatalf("append %d copies the log and begins it anew: this test does not know what is flushed between", n)
		case fileChanged:
			copied++
			tries = 12
		case begunAnew:
			anew++
			tries = 12
		case n%20 == 0:
			tries = 1
		}
		for range tries {
			tried++
			was := before.log
			if begunAnew { // its header is flushed before anything that follows it (SQLite's walFrames, syncHeader)
				was = slices.Concat(after.log[:walHeader], before.log[walHeader:])
			}
			lost := platter{file: torn(chance, before.file, after.file), log: torn(chance, was, after.log)}
			if got := recovered(t, lost); got < before.taken || got > after.taken {
				t.Errorf("power goes in append %d (file changed: %v, log begun anew: %v): %d events are there, of %d acknowledged before it and %d after",
					n, fileChanged, begunAnew, got, before.taken, after.taken)
			}
		}
		before = after
	}
	if copied == 0 || anew == 0 {
		t.Errorf("in %d appends the log was copied %d times and begun anew %d times: nothing of that was tried", appends, copied, anew)
	}
	t.Logf("the power went %d times: %d copies of the log, %d beginnings", tried, copied, anew)
}

// recovered returns how many events a journal has that is found so after a power loss.
func recovered(t *testing.T, p platter) int {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal")
	for file, data := range map[string][]byte{path: p.file, path + "-wal": p.log} {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	j, err := journal.Open(path)
	if err != nil {
		t.Errorf("after a power loss the journal does not open: %v", err)
		return -1
	}
	got := len(all(t, j, 1))
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	return got
}
