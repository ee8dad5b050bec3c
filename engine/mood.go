package engine

import "time"

// The mood is the weighted mean of what the customer has said, each sentence worth
// half as much after every half-life, with a prior of calm so that the first sentence
// cannot decide. All in integers: see [Polarity].
const (
	halfLife  = 30 * time.Second // where a policy does not say
	moodPrior = 1500             // weight of calm, in thousandths
	maxJudged = 32               // samples kept in a session
	maxHalves = 17               // after so many half-lives nothing is left of a sentence

	sureEnough = 600 // a sentence less certain than this weighs half, in thousandths
)

// halves is 2^(-i/16) in 65,536ths.
var halves = [16]int64{65536, 62757, 60097, 57549, 55109, 52772, 50535, 48393, 46341, 44376, 42495, 40693, 38968, 37316, 35734, 34219}

// decay returns 2^(-age/half) in 65,536ths.
func decay(age, half time.Duration) int64 {
	if age <= 0 {
		return halves[0]
	}
	if age/half >= maxHalves {
		return 0 // before it is multiplied: an age may be large
	}
	sixteenths := int64(age) * 16 / int64(half)
	return halves[sixteenths%16] >> (sixteenths / 16)
}

// A blend is a mood being summed up.
type blend struct {
	sum, weight int64 // in thousandths of 65,536ths
	judged      bool
}

func (b *blend) add(age, half time.Duration, weight int, p Polarity) {
	w := int64(weight) * decay(age, half)
	b.sum += w * int64(p)
	b.weight += w
	b.judged = true
}

func (b *blend) mood() (Polarity, bool) {
	return Polarity(b.sum / (moodPrior<<16 + b.weight)), b.judged
}

// mood returns the mood at a time, of the samples from before it.
func mood(samples []Sample, at time.Time, half time.Duration) (Polarity, bool) {
	var b blend
	for i := range samples {
		if s := &samples[i]; !s.At.After(at) {
			b.add(at.Sub(s.At), half, s.Weight, s.Polarity)
		}
	}
	return b.mood()
}

// weigh returns what a sentence counts, in thousandths: an eighth for each word, from
// a quarter to the whole, and half of that where the feed was not sure what was said.
// A confidence of zero is none.
func weigh(words, confidence int) int {
	w := min(max(words*125, 250), 1000)
	if confidence > 0 && confidence < sureEnough {
		return w / 2
	}
	return w
}
