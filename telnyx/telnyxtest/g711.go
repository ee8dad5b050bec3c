package telnyxtest

import "math/bits"

// toALaw has for each sample of mu-law the nearest one of A-law (ITU-T G.711).
var toALaw = func() (table [256]byte) {
	for c := range table {
		table[c] = aLaw(linear(byte(c)))
	}
	return table
}()

// linear returns a sample of mu-law as one of 16 bits.
func linear(c byte) int {
	c = ^c
	magnitude := (int(c&0x0f)<<3+0x84)<<(c>>4&7) - 0x84
	if c&0x80 != 0 {
		return -magnitude
	}
	return magnitude
}

// aLaw returns a sample of 16 bits in A-law.
func aLaw(sample int) byte {
	sign := byte(0x80)
	if sample < 0 {
		sign, sample = 0, -sample-1
	}
	segment := max(0, bits.Len(uint(sample))-8)
	mantissa := sample >> 4
	if segment > 0 {
		mantissa = sample >> (segment + 3)
	}
	return (sign | byte(segment)<<4 | byte(mantissa)&0x0f) ^ 0x55
}
