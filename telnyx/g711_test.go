package telnyx

import (
	"math"
	"testing"
)

// The reference is the table of G.711 as a formula: a decoder output is the middle of
// two decision values, which double their distance from segment to segment.

// refA returns what an A-law byte stands for, on the Recommendation's own scale of 4096.
func refA(b byte) float64 {
	b ^= 0b0101_0101 // even bits are inverted (table 1a, note 2)
	n := int(b & 0x7f)
	value := func(n int) float64 { // the nth decision value
		segment := max(n/16, 1)
		return float64(n-16*(segment-1)) * math.Pow(2, float64(segment))
	}
	y := (value(n) + value(n+1)) / 2
	if b&0x80 == 0 {
		return -y
	}
	return y
}

// refMu returns what a mu-law byte stands for, on the Recommendation's scale of 8159.
func refMu(b byte) float64 {
	n := int(^b & 0x7f) // all bits are inverted (table 2a, note 2)
	y := (decisionMu(n) + decisionMu(n+1)) / 2
	if n == 0 {
		y = 0
	}
	if b&0x80 == 0 {
		return -y
	}
	return y
}

// decisionMu returns the nth decision value of mu-law.
func decisionMu(n int) float64 {
	if n == 0 {
		return 0 // the first step is half as wide
	}
	segment, step := n/16, n%16
	return float64(16+step)*math.Pow(2, float64(segment+1)) - 33
}

// The ends of the Recommendation's tables 1 and 2.
func TestTheReferenceIsTheRecommendations(t *testing.T) {
	for _, tt := range []struct {
		law  string
		b    byte
		want float64
	}{
		{"A", 0xd5, 1}, {"A", 0x55, -1}, {"A", 0xd4, 3}, {"A", 0xc5, 33}, {"A", 0xaa, 4032}, {"A", 0x2a, -4032}, {"A", 0xa5, 2112},
		{"mu", 0xff, 0}, {"mu", 0x7f, 0}, {"mu", 0xfe, 2}, {"mu", 0x7e, -2}, {"mu", 0xef, 33}, {"mu", 0xdf, 99}, {"mu", 0x80, 8031}, {"mu", 0x00, -8031}, {"mu", 0x8f, 4191},
	} {
		ref := refA
		if tt.law == "mu" {
			ref = refMu
		}
		if got := ref(tt.b); got != tt.want {
			t.Errorf("%s-law %#02x: the reference says %v, the Recommendation %v", tt.law, tt.b, got, tt.want)
		}
	}
}

// Of 16 bits, the A-law scale is an eighth and the mu-law scale a quarter.
const scaleA, scaleMu = 8, 4

func TestALawIsDecodedAsG711Says(t *testing.T) {
	for b := range 256 {
		if got, want := decodeA(byte(b)), int(refA(byte(b))*scaleA); got != want {
			t.Errorf("%#02x: got %d, want %d", b, got, want)
		}
	}
}

func TestMuLawIsEncodedByItsDecisionValues(t *testing.T) {
	check := func(name string, got byte, sample float64) {
		t.Helper()
		n := int(^got & 0x7f)
		least, most := decisionMu(n), decisionMu(n+1)
		if n == 127 {
			most = math.Inf(1)
		}
		if size := math.Abs(sample); size < least || size > most || n > 0 && (got&0x80 == 0) != (sample < 0) {
			t.Errorf("%s of %v became %#02x, which is for %v to %v", name, sample, got, least, most)
		}
	}
	for sample := -32768; sample <= 32767; sample++ {
		check("a sample", encodeMu(sample), float64(sample)/scaleMu)
	}
	for b := range 256 {
		check("A-law", muOfA[b], refA(byte(b))*scaleA/scaleMu)
		if mu := byte(b); refMu(encodeMu(int(refMu(mu)*scaleMu))) != refMu(mu) {
			t.Errorf("mu-law %#02x changes when it is decoded and encoded", mu)
		}
	}
}

func TestSilenceStaysSilent(t *testing.T) {
	for _, b := range []byte{0xd5, 0x55} { // the two nearest to nothing, which A-law has no byte for
		if got := math.Abs(refMu(muOfA[b])); got > 2 {
			t.Errorf("A-law %#02x became %v of 8159", b, got)
		}
	}
	line := []byte{0xff, 0x7f, 0x00, 0xd5}
	lawMu.toMu(line)
	if string(line) != "\xff\x7f\x00\xd5" {
		t.Errorf("mu-law was changed into % x", line)
	}
	lawA.toMu(line[3:])
	if string(line) == "\xff\x7f\x00\xd5" {
		t.Error("A-law was not changed")
	}
}
