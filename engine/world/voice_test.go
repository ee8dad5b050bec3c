package world

import (
	"bytes"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

var voiceBegan = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// at returns a sentence that begins so long after the voice, with a breath and the
// letters' time, as the world has it.
func at(after time.Duration, text string) Said {
	start := voiceBegan.Add(after)
	return Said{ID: "leg-" + text, Text: text, Start: start,
		End: start.Add(400*time.Millisecond + time.Duration(len(text))*60*time.Millisecond)}
}

// voiceOf returns so much of a voice that says sentences.
func voiceOf(lasts time.Duration, said ...Said) []byte {
	v := NewVoice(voiceBegan)
	for _, s := range said {
		v.Say(s)
	}
	mulaw := make([]byte, samplesIn(lasts))
	v.Read(mulaw)
	return mulaw
}

func samplesIn(d time.Duration) int { return int(d / perSample) }

// listenTo returns the texts that a new listener makes of samples.
func listenTo(mulaw []byte) []string {
	var l Listener
	l.Write(mulaw)
	return textsOf(l.Said())
}

func textsOf(said []Said) []string {
	texts := []string{}
	for _, s := range said {
		texts = append(texts, s.Text)
	}
	return texts
}

func check(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("heard %q, want %q", got, want)
	}
}

// What a voice says is heard, word for word, whatever the pieces in which it comes.
func TestASentenceTravelsInTheSamples(t *testing.T) {
	said := []Said{
		at(100*time.Millisecond, "I was told Tuesday."),
		at(3*time.Second, "¿Dónde está mi pedido, por favor?"),
		at(8*time.Second, "I"),
		at(9*time.Second, " two  spaces and "+strings.Repeat("looong", 50)+" ünd"),
	}
	said[0].Scored, said[0].Polarity = true, -340
	said[1].Scored, said[1].Polarity = true, 1000
	said[2].Scored = true
	said[3].Start = said[3].Start.Add(time.Millisecond)
	mulaw := voiceOf(40*time.Second, said...)
	dice := rand.New(rand.NewPCG(1, 1))
	for _, most := range []int{1, 3, 160, 161, 4000, len(mulaw)} {
		var l Listener
		var got []Said
		for rest := mulaw; len(rest) > 0; {
			n := min(len(rest), 1+dice.IntN(most))
			l.Write(rest[:n])
			got = append(got, l.Said()...)
			rest = rest[n:]
		}
		if len(got) != len(said) || l.Torn() != 0 {
			t.Fatalf("in pieces of up to %d: %d sentences and %d torn words, want %d and none", most, len(got), l.Torn(), len(said))
		}
		for i, g := range got {
			want := said[i]
			want.ID, g.ID = "", ""
			if g != want {
				t.Errorf("in pieces of up to %d: heard %+v, want %+v", most, g, want)
			}
		}
	}
}

// A word is heard when it is said, neither before nor later.
func TestAWordIsHeardWhenItIsSaid(t *testing.T) {
	said := at(time.Second, "I was told that it would be here by Tuesday.")
	v := NewVoice(voiceBegan)
	v.Say(said)
	var l Listener
	frame := make([]byte, 160)
	for now := voiceBegan; !now.After(said.End); now = now.Add(20 * time.Millisecond) {
		got, saying := l.Saying()
		if now.After(said.Start) && now.Before(said.End) {
			if want := soFar(said, now); got.Text != want {
				t.Fatalf("%v into it heard %q, want %q", now.Sub(said.Start), got.Text, want)
			}
		}
		if saying && (!got.Start.Equal(said.Start) || !got.End.Equal(said.End)) {
			t.Fatalf("times %v and %v, want %v and %v", got.Start, got.End, said.Start, said.End)
		}
		v.Read(frame)
		l.Write(frame)
	}
	check(t, textsOf(l.Said()), said.Text)
}

// Telephone networks carry mu-law and A-law and make the one of the other.
func TestAVoiceOutlivesALaw(t *testing.T) {
	var all []byte
	for c := range 256 {
		all = append(all, byte(c))
	}
	for i, c := range all {
		if got := encodeMu(decodeMu(c)); got != c && c != 0x7f {
			t.Fatalf("the test's mu-law makes %#x of %#x", got, c)
		}
		if got := encodeA(decodeA(c)); got != c {
			t.Fatalf("the test's A-law makes %#x of %#x", got, i)
		}
	}
	want := []string{"I was told Tuesday.", "I want a person now."}
	spoken := voiceOf(6*time.Second, at(0, want[0]), at(3*time.Second, want[1]))
	once := mapped(spoken, func(c byte) byte { return encodeA(decodeMu(c)) })
	back := mapped(once, func(c byte) byte { return encodeMu(decodeA(c)) })
	if bytes.Equal(back, spoken) {
		t.Error("A-law has changed nothing: the test does not test it")
	}
	check(t, listenTo(back), want...)
	twice := mapped(back, func(c byte) byte { return encodeMu(decodeA(encodeA(decodeMu(c)))) })
	check(t, listenTo(twice), want...)
	quiet := mapped(spoken, func(c byte) byte { return encodeMu(decodeMu(c) * 4 / 5) })
	check(t, listenTo(quiet), want...)

	check(t, listenTo(once)) // A-law taken for mu-law is static
	check(t, listenTo(mapped(spoken, func(c byte) byte { return encodeMu(decodeA(c)) })))
}

// Lost samples lose words, and no others.
func TestLostSamplesLoseWords(t *testing.T) {
	said := at(0, "one two three four five")
	spoken := voiceOf(4*time.Second, said, at(2500*time.Millisecond, "six"))
	second := samplesIn((said.End.Sub(said.Start)) * time.Duration(len("one two ")) / time.Duration(len(said.Text)))
	for name, lossy := range map[string][]byte{
		"cut out":      slices.Delete(slices.Clone(spoken), second-40, second-20),
		"made silence": slices.Replace(slices.Clone(spoken), second-40, second-20, bytes.Repeat([]byte{Silence}, 20)...),
		"one spoilt":   slices.Replace(slices.Clone(spoken), second-40, second-39, spoken[second-40]^0x80),
	} {
		t.Run(name, func(t *testing.T) {
			var l Listener
			l.Write(lossy)
			check(t, textsOf(l.Said()), "one three four five", "six")
			if l.Torn() != 1 || l.Words() != 5 {
				t.Errorf("heard %d words and tore %d, want 5 and 1", l.Words(), l.Torn())
			}
		})
	}
}

// Frames that come in another order are not words.
func TestSamplesInAnotherOrderAreNotHeard(t *testing.T) {
	spoken := voiceOf(2*time.Second, at(0, "incomprehensibilities"))
	frames := slices.Collect(slices.Chunk(spoken, 80))
	slices.Reverse(frames)
	check(t, listenTo(bytes.Join(frames, nil)))
}

// A sentence whose end is lost is finished by the next one's start.
func TestTheNextSentenceFinishesOneWithoutEnd(t *testing.T) {
	first := at(0, "one two three")
	spoken := voiceOf(3*time.Second, first, at(first.End.Sub(first.Start), "four"))
	end := samplesIn(first.End.Sub(first.Start))
	check(t, listenTo(slices.Delete(spoken, end-20, end)), "one two", "four")
}

// A sentence whose end is lost is finished 2 s after it was to be over, not before, and
// a pause between words does not finish it.
func TestSilenceFinishesASentenceWithoutEnd(t *testing.T) {
	said := at(0, "one two three")
	said.End = said.Start.Add(20 * time.Second) // a word every few seconds
	check(t, listenTo(voiceOf(21*time.Second, said)), said.Text)

	spoken := voiceOf(23*time.Second, said)
	end := samplesIn(20 * time.Second)
	copy(spoken[end-20:end], bytes.Repeat([]byte{Silence}, 20))
	var l Listener
	l.Write(spoken[:end+samplesIn(1900*time.Millisecond)])
	check(t, textsOf(l.Said()))
	if s, saying := l.Saying(); !saying || s.Text != "one two" {
		t.Errorf("saying %q, %v", s.Text, saying)
	}
	l.Write(spoken[end+samplesIn(1900*time.Millisecond) : end+samplesIn(2100*time.Millisecond)])
	check(t, textsOf(l.Said()), "one two")
	if s, saying := l.Saying(); saying {
		t.Errorf("saying %q", s.Text)
	}
}

func TestALineThatIsCutFinishesWhatIsSaid(t *testing.T) {
	said := at(0, "one two three")
	var l Listener
	l.Write(voiceOf(said.End.Sub(said.Start)-100*time.Millisecond, said))
	l.Finish()
	check(t, textsOf(l.Said()), "one two")
	l.Finish()
	check(t, textsOf(l.Said()))
}

// Who begins to listen in the middle of a sentence hears the rest.
func TestAVoiceThatBeginsLaterSaysTheRest(t *testing.T) {
	said := at(0, "one two three")
	v := NewVoice(voiceBegan.Add(said.End.Sub(said.Start) / 2))
	v.Say(at(-5*time.Second, "before"))
	v.Say(said)
	mulaw := make([]byte, SampleRate*2)
	v.Read(mulaw)
	check(t, listenTo(mulaw), "two three")
}

// Words that have no time come one after the other, and none is lost.
func TestWordsInAHurryComeLate(t *testing.T) {
	said := at(0, strings.TrimSpace(strings.Repeat("hurry ", 40)))
	said.End = said.Start.Add(100 * time.Millisecond)
	next := at(200*time.Millisecond, "and on")
	check(t, listenTo(voiceOf(3*time.Second, said, next)), said.Text, next.Text)
}

func TestRestIsSilence(t *testing.T) {
	said := []Said{at(500*time.Millisecond, "one two"), at(4*time.Second, "three")}
	want := voiceOf(8*time.Second, said...)
	v := NewVoice(voiceBegan)
	for _, s := range said {
		v.Say(s)
	}
	var got []byte
	frame := make([]byte, 160)
	rested := 0
	for range len(want) / len(frame) {
		if v.Rest(len(frame)) {
			rested++
			got = append(got, bytes.Repeat([]byte{Silence}, len(frame))...)
			continue
		}
		v.Read(frame)
		got = append(got, frame...)
	}
	if !bytes.Equal(got, want) {
		t.Error("rests and reads make other samples than reads")
	}
	if rested < 350 {
		t.Errorf("rested %d of 400 frames", rested)
	}
	if n := testing.AllocsPerRun(100, func() { v.Rest(160) }); n > 0 {
		t.Errorf("a rest allocates %v times", n)
	}
}

// Noise is not speech, and a listener never grows without limit.
func TestNoiseIsNotHeard(t *testing.T) {
	dice := rand.New(rand.NewPCG(2, 2))
	noise := make([]byte, 1<<20)
	for i := range noise {
		noise[i] = byte(dice.Uint32())
	}
	var l Listener
	l.Write(noise)
	l.Finish()
	if l.Words() != 0 || len(l.Said()) != 0 {
		t.Errorf("made %d words of noise", l.Words())
	}
	tone := bytes.Repeat(slices.Concat(mark[:], bytes.Repeat(samples[:], 400)), 50)
	l.Write(tone)
	if l.Words() != 0 || cap(l.packet) > 1024 {
		t.Errorf("made %d words, and a packet of %d bytes", l.Words(), cap(l.packet))
	}
	for i := range maxFinished + 100 {
		l.add(word{sentence: uint64(i), first: true, last: true, text: "on"})
	}
	for range 1000 {
		l.add(word{sentence: 7, text: strings.Repeat("on and ", 10)})
	}
	if s, _ := l.Saying(); len(s.Text) > maxSentence {
		t.Errorf("a sentence of %d bytes", len(s.Text))
	}
	if n := len(l.Said()); n != maxFinished {
		t.Errorf("keeps %d sentences, want %d", n, maxFinished)
	}
}

func FuzzListener(f *testing.F) {
	f.Add(voiceOf(time.Second, at(0, "I was told.")), 7)
	f.Fuzz(func(t *testing.T, mulaw []byte, piece int) {
		var l Listener
		l.Write(mulaw)
		l.Finish()
		var again Listener
		for part := range slices.Chunk(mulaw, max(1, piece)) {
			again.Write(part)
		}
		again.Finish()
		if a, b := textsOf(l.Said()), textsOf(again.Said()); !slices.Equal(a, b) {
			t.Errorf("heard %q at once and %q in pieces", a, b)
		}
	})
}

func BenchmarkListener(b *testing.B) {
	spoken := voiceOf(time.Minute, at(0, strings.Repeat("I was told Tuesday. ", 40)))
	b.SetBytes(int64(len(spoken)))
	for b.Loop() {
		var l Listener
		l.Write(spoken)
	}
}

func mapped(all []byte, of func(byte) byte) []byte {
	out := make([]byte, len(all))
	for i, c := range all {
		out[i] = of(c)
	}
	return out
}

// ITU-T G.711 between bytes and 16-bit samples.

func decodeMu(c byte) int {
	c = ^c
	magnitude := (int(c&0x0f)<<3+0x84)<<(c>>4&7) - 0x84
	if c&0x80 != 0 {
		return -magnitude
	}
	return magnitude
}

func encodeMu(sample int) byte {
	var sign byte
	if sample < 0 {
		sign, sample = 0x80, -sample
	}
	sample = min(sample, 32635) + 0x84
	segment := bits.Len(uint(sample)) - 8
	return ^(sign | byte(segment)<<4 | byte(sample>>(segment+3))&0x0f)
}

func decodeA(c byte) int {
	c ^= 0x55
	magnitude := int(c&0x0f)<<4 + 8
	if segment := c >> 4 & 7; segment > 0 {
		magnitude = (magnitude + 0x100) << (segment - 1)
	}
	if c&0x80 == 0 {
		return -magnitude
	}
	return magnitude
}

func encodeA(sample int) byte {
	sign := byte(0x80)
	if sample < 0 {
		sign, sample = 0, -sample-1
	}
	sample = min(sample, 32767)
	segment := max(0, bits.Len(uint(sample))-8)
	mantissa := sample >> 4
	if segment > 0 {
		mantissa = sample >> (segment + 3)
	}
	return (sign | byte(segment)<<4 | byte(mantissa)&0x0f) ^ 0x55
}
