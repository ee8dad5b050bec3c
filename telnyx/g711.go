package telnyx

// A law is how a sample of eight bits stands for one of more (ITU-T G.711).
type law uint8

const (
	lawMu law = iota + 1 // PCMU
	lawA                 // PCMA
)

// toMu turns samples into mu-law, in place.
func (l law) toMu(samples []byte) {
	if l == lawMu {
		return
	}
	for i, s := range samples {
		samples[i] = muOfA[s]
	}
}

// muOfA is the mu-law sample for each A-law one.
var muOfA = func() (table [256]byte) {
	for i := range table {
		table[i] = encodeMu(decodeA(byte(i)))
	}
	return table
}()

// decodeA returns the sample that an A-law byte stands for, of 16 bits.
func decodeA(b byte) int {
	b ^= 0x55 // every other bit is inverted on the line
	segment, step := int(b>>4&7), int(b&15)
	sample := step<<4 + 8 // the middle of its step
	if segment > 0 {
		sample = (sample + 256) << (segment - 1)
	}
	if b&0x80 == 0 {
		return -sample
	}
	return sample
}

// encodeMu returns the mu-law byte for a sample of 16 bits.
func encodeMu(sample int) byte {
	const bias, clip = 132, 32635
	sign := byte(0)
	if sample < 0 {
		sign, sample = 0x80, -sample
	}
	sample = min(sample, clip) + bias
	segment := 0
	for sample>>(segment+8) > 0 {
		segment++
	}
	return ^(sign | byte(segment<<4) | byte(sample>>(segment+3)&15))
}
