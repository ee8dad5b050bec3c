package engine

import "time"

// The mood is the weighted mean of what the customer has said, each sentence worth
// half as much after every half-life, with a prior of calm so that the first sentence
// cannot decide. All in integers: see [Polarity].
const (
	halfLife  = 30 * time.Second
	moodPrior = 1500 // weight of calm, in thousandths
	maxJudged = 32   // samples kept in a session
)

// halves is 2^(-i/16) in 65,536ths.
var halves = [16]int64{65536, 62757, 60097, 57549, 55109, 52772, 50535, 48393, 46341, 44376, 42495, 40693, 38968, 37316, 35734, 34219}

// decay returns 2^(-age/halfLife) in 65,536ths.
func decay(age time.Duration) int64 {
	if age <= 0 {
		return halves[0]
	}
	sixteenths := int64(age) * 16 / int64(halfLife)
	if sixteenths/16 > 16 {
		return 0
	}
	return halves[sixteenths%16] >> (sixteenths / 16)
}

func mood(samples []Sample, at time.Time) (Polarity, bool) {
	var sum, weight int64
	judged := false
	for _, s := range samples {
		if s.At.After(at) {
			continue
		}
		judged = true
		w := int64(s.Weight) * decay(at.Sub(s.At)) // thousandths of 65,536ths
		sum += w * int64(s.Polarity)
		weight += w
	}
	return Polarity(sum / (moodPrior<<16 + weight)), judged
}

// weigh returns what a sentence of so many words counts: an eighth for each word,
// from a quarter to the whole, in thousandths.
func weigh(words int) int { return min(max(words*125, 250), 1000) }
