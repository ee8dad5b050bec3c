package world

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"strings"
	"time"
	"unicode/utf8"
)

// Speech as data in the samples of a telephone line: the emulators' own convention, so
// that what a recogniser makes of a stream proves that the sound itself has reached it.
// No real line carries anything of the kind.
//
// Silence is [Silence]. A word is a packet of samples that ends when the word is said:
// the mark, and then its bytes, two bits a sample, the high ones first. The samples
// have three levels on either side of zero, far enough apart to outlive the ways from
// mu-law to A-law and back: the loudest is the mark's alone, the others are the data's.
// A-law that is taken for mu-law makes no words, and neither does the other way.
//
//	 8  the sentence's id: a hash of [Said.ID]
//	 2  which of its words this is, from 0
//	 2  how many it has
//	 1  1: its first word; 2: its last; 4: it is scored
//	 2  polarity, in thousandths
//	 8  when it begins: milliseconds of Unix time
//	 4  how long it takes: milliseconds
//	 4  how long from the end of this word to its own: milliseconds
//	 1  how long the word is: bytes
//	 n  the word, with the space after it
//	 4  CRC-32 (IEEE) of all that

// What legs speak, in the words of RTP.
const (
	MuLaw = "PCMU"
	ALaw  = "PCMA"
)

// Of a telephone line, in G.711.
const (
	SampleRate = 8000 // samples a second
	Silence    = 0xff // the sample that is silence, in mu-law
)

// Limits of a voice and of who listens to it.
const (
	maxWord     = 120     // bytes of a packet's text; a longer word has several packets
	maxSayings  = 512     // sentences that a voice has yet to say
	maxSentence = 8 << 10 // bytes of a sentence that is heard
	maxFinished = 1024    // sentences that were heard and not taken; beyond it the oldest are lost
)

const (
	perSample   = time.Second / SampleRate
	byteSamples = 4               // samples to a byte
	wordHeader  = 32              // bytes of a packet before its text
	wordTail    = 4               // and after it
	heardOut    = 2 * time.Second // of samples, until a sentence without an end is over
)

// Flags of a packet.
const (
	wordFirst = 1 << iota
	wordLast
	wordScored
)

// Magnitudes as mu-law has them, 0 to 127: each is the middle of a segment, and from
// each limit on a sample counts as the next.
const (
	soft, softFrom = 0x38, 0x20
	loud, loudFrom = 0x58, 0x48
	peak, peakFrom = 0x78, 0x68
)

// Two bits as a sample.
var samples = [4]byte{0xff - soft, 0xff - loud, 0x7f - soft, 0x7f - loud}

// What a packet begins with.
var mark = [4]byte{0xff - peak, 0x7f - peak, 0x7f - peak, 0xff - peak}

// A Voice makes samples of what somebody says, from one moment on.
type Voice struct {
	from   time.Time // of the first sample
	made   int64     // samples so far
	queue  []Said
	words  []word // of the first of the queue, those not yet begun
	packet []byte // the samples of a word that are still to be made
	begins int64  // at this sample
	buffer []byte
}

// A word is a part of a sentence.
type word struct {
	sentence     uint64
	index, count int
	first, last  bool
	scored       bool
	polarity     int
	begins, ends time.Time     // of the sentence
	left         time.Duration // from the end of the word to the sentence's
	text         string
}

// NewVoice returns a voice whose first sample is at the given time.
func NewVoice(from time.Time) *Voice { return &Voice{from: from} }

// Say has the voice say a sentence at the time that the sentence has. Words that were
// said before the voice's first sample are left out. Sentences come in the order in
// which they begin; one too many is not said.
func (v *Voice) Say(s Said) {
	if len(v.queue) < maxSayings {
		v.queue = append(v.queue, s)
	}
}

// Rest passes over the next n samples if all of them are silence, and reports whether
// they are.
func (v *Voice) Rest(n int) bool {
	if v.load() && v.begins < v.made+int64(n) {
		return false
	}
	v.made += int64(n)
	return true
}

// Read fills a buffer with the next samples, in mu-law.
func (v *Voice) Read(mulaw []byte) {
	for i := range mulaw {
		mulaw[i] = Silence
	}
	end := v.made + int64(len(mulaw))
	for v.load() && v.begins < end {
		n := copy(mulaw[v.begins-v.made:], v.packet)
		v.packet = v.packet[n:]
		v.begins += int64(n)
	}
	v.made = end
}

// load makes the next word's packet if none is under way, and reports whether there is
// one now. A word ends when it is said; one that has no time for that is late.
func (v *Voice) load() bool {
	free := max(v.made, v.begins)
	for len(v.packet) == 0 {
		w, ok := v.next()
		if !ok {
			return false
		}
		ends := w.ends.Add(-w.left).Sub(v.from)
		if ends <= 0 {
			continue
		}
		v.packet = w.appendTo(v.buffer[:0])
		v.buffer = v.packet
		v.begins = max(free, int64(ends/perSample)-int64(len(v.packet)))
	}
	return true
}

func (v *Voice) next() (word, bool) {
	for len(v.words) == 0 {
		if len(v.queue) == 0 {
			return word{}, false
		}
		v.words = wordsOf(v.queue[0])
		v.queue = v.queue[1:]
	}
	w := v.words[0]
	v.words = v.words[1:]
	return w, true
}

// wordsOf cuts a sentence into words: all of them together are its text.
func wordsOf(s Said) []word {
	sum := fnv.New64a()
	sum.Write([]byte(s.ID))
	lasts := s.End.Sub(s.Start)
	var words []word
	for from := 0; from < len(s.Text); {
		to := from + wordLength(s.Text[from:])
		words = append(words, word{
			sentence: sum.Sum64(), index: len(words), first: from == 0, last: to == len(s.Text),
			scored: s.Scored, polarity: s.Polarity, begins: s.Start, ends: s.End,
			left: lasts - lasts*time.Duration(to)/time.Duration(len(s.Text)), text: s.Text[from:to],
		})
		from = to
	}
	for i := range words {
		words[i].count = len(words)
	}
	return words
}

// wordLength returns how long the first word of a text is, with the spaces after it.
func wordLength(text string) int {
	n := strings.IndexByte(text, ' ') + 1
	if n == 0 {
		n = len(text)
	}
	for n < len(text) && text[n] == ' ' {
		n++
	}
	if n <= maxWord {
		return n
	}
	for n = maxWord; n > maxWord-utf8.UTFMax && !utf8.RuneStart(text[n]); n-- {
	}
	return n
}

// appendTo appends the samples of a word's packet.
func (w word) appendTo(mulaw []byte) []byte {
	var flags byte
	if w.first {
		flags |= wordFirst
	}
	if w.last {
		flags |= wordLast
	}
	if w.scored {
		flags |= wordScored
	}
	b := make([]byte, 0, wordHeader+maxWord+wordTail)
	b = binary.BigEndian.AppendUint64(b, w.sentence)
	b = binary.BigEndian.AppendUint16(b, uint16(w.index))
	b = binary.BigEndian.AppendUint16(b, uint16(w.count))
	b = append(b, flags)
	b = binary.BigEndian.AppendUint16(b, uint16(int16(w.polarity)))
	b = binary.BigEndian.AppendUint64(b, uint64(w.begins.UnixMilli()))
	b = binary.BigEndian.AppendUint32(b, uint32(w.ends.Sub(w.begins)/time.Millisecond))
	b = binary.BigEndian.AppendUint32(b, uint32(w.left/time.Millisecond))
	b = append(append(b, byte(len(w.text))), w.text...)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	mulaw = append(mulaw, mark[:]...)
	for _, c := range b {
		mulaw = append(mulaw, samples[c>>6], samples[c>>4&3], samples[c>>2&3], samples[c&3])
	}
	return mulaw
}

// readWord reads the bytes of a packet that is whole.
func readWord(b []byte) (word, bool) {
	end := len(b) - wordTail
	if crc32.ChecksumIEEE(b[:end]) != binary.BigEndian.Uint32(b[end:]) {
		return word{}, false
	}
	begins := time.UnixMilli(int64(binary.BigEndian.Uint64(b[15:]))).UTC()
	return word{
		sentence: binary.BigEndian.Uint64(b),
		index:    int(binary.BigEndian.Uint16(b[8:])),
		count:    int(binary.BigEndian.Uint16(b[10:])),
		first:    b[12]&wordFirst != 0,
		last:     b[12]&wordLast != 0,
		scored:   b[12]&wordScored != 0,
		polarity: int(int16(binary.BigEndian.Uint16(b[13:]))),
		begins:   begins,
		ends:     begins.Add(time.Duration(binary.BigEndian.Uint32(b[23:])) * time.Millisecond),
		left:     time.Duration(binary.BigEndian.Uint32(b[27:])) * time.Millisecond,
		text:     string(b[wordHeader:end]),
	}, true
}

// A Listener makes sentences of a [Voice]'s samples, whatever the pieces in which they
// come. It hears what it gets, as a recogniser does: samples that are lost take words
// with them, samples that come twice may repeat some, and a sentence of which no word
// arrives was never said. Its zero value is ready; it belongs to one goroutine.
type Listener struct {
	marked int    // samples of a mark so far
	packet []byte // bytes of a packet so far
	bits   int    // of its next byte
	byte   byte

	saying   Said // what is being said, with Text so far
	open     bool
	patience int64 // samples until what is being said counts as over
	finished []Said
	words    int
	torn     int
}

// Write takes the next samples, in mu-law. It never fails.
func (l *Listener) Write(mulaw []byte) (int, error) {
	for _, sample := range mulaw {
		if l.patience--; l.open && l.patience <= 0 {
			l.finish()
		}
		l.hear(sample)
	}
	return len(mulaw), nil
}

// Said returns the sentences that have been finished since it was last asked, with the
// words that have arrived and without spaces at the end. ID is the Listener's own name
// for the sentence; whose words they are, Leg and Who, a voice does not tell. A sentence
// is finished by its last word; if that is lost, by the first word of the next or by
// 2 s of samples after it was to be over.
func (l *Listener) Said() []Said {
	said := l.finished
	l.finished = nil
	return said
}

// Saying returns the sentence that is being said, with the words so far.
func (l *Listener) Saying() (Said, bool) {
	said := l.saying
	said.Text = strings.TrimRight(said.Text, " ")
	return said, l.open
}

// Finish has what is being said count as over, as when the line is cut.
func (l *Listener) Finish() {
	l.marked, l.packet = 0, l.packet[:0]
	if l.open {
		l.finish()
	}
}

// Words returns how many words were heard.
func (l *Listener) Words() int { return l.words }

// Torn returns how many words came in part, or were spoilt.
func (l *Listener) Torn() int { return l.torn }

// hear takes one sample.
func (l *Listener) hear(sample byte) {
	magnitude := ^sample & 0x7f
	switch {
	case magnitude >= peakFrom:
		l.tear()
		l.mark(sample)
	case magnitude < softFrom || l.marked < len(mark):
		l.tear()
		l.marked = 0
	default:
		l.take(sample, magnitude)
	}
}

// mark takes a sample that is loud enough for a mark's: only its sign tells which.
func (l *Listener) mark(sample byte) {
	switch {
	case l.marked < len(mark) && (mark[l.marked]^sample)&0x80 == 0:
		l.marked++
	case (mark[0]^sample)&0x80 == 0:
		l.marked = 1
	default:
		l.marked = 0
	}
}

// tear gives up a packet that does not go on.
func (l *Listener) tear() {
	if l.marked == len(mark) {
		l.torn++
		l.marked = 0
	}
	l.packet, l.bits = l.packet[:0], 0
}

// take takes a sample of a packet.
func (l *Listener) take(sample, magnitude byte) {
	pair := ^sample >> 7 << 1
	if magnitude >= loudFrom {
		pair |= 1
	}
	l.byte = l.byte<<2 | pair
	if l.bits++; l.bits < byteSamples {
		return
	}
	l.bits = 0
	l.packet = append(l.packet, l.byte)
	if len(l.packet) < wordHeader || len(l.packet) < wordHeader+int(l.packet[wordHeader-1])+wordTail {
		return
	}
	w, whole := readWord(l.packet)
	l.marked, l.packet = 0, l.packet[:0]
	if !whole {
		l.torn++
		return
	}
	l.words++
	l.add(w)
}

// add puts a word to its sentence.
func (l *Listener) add(w word) {
	id := fmt.Sprintf("%016x", w.sentence)
	if l.open && (w.first || id != l.saying.ID || len(l.saying.Text)+len(w.text) > maxSentence) {
		l.finish()
	}
	if !l.open {
		l.open = true
		l.saying = Said{ID: id, Start: w.begins, End: w.ends, Scored: w.scored, Polarity: w.polarity}
	}
	l.saying.Text += w.text
	l.patience = int64((w.left + heardOut) / perSample)
	if w.last {
		l.finish()
	}
}

func (l *Listener) finish() {
	said, _ := l.Saying()
	l.open, l.saying = false, Said{}
	if len(l.finished) == maxFinished {
		l.finished = l.finished[1:]
	}
	l.finished = append(l.finished, said)
}
