package tui

import (
	"strings"
	"testing"

	"switchboard/engine"
)

func searching(t *testing.T, w, h int, word string) *bench {
	t.Helper()
	b := newBench(afternoon(), w, h)
	b.press("enter", "/")
	b.types(word)
	return b
}

func TestSlashSearchesTheWordsWhereTheyAreRead(t *testing.T) {
	for _, keys := range []string{"enter", "tab"} {
		b := newBench(afternoon(), 80, 24)
		b.press(keys, "/")
		if _, ok := b.box.(*searchLine); !ok {
			t.Errorf("%s /: %T", keys, b.box)
		}
	}
	b := newBench(afternoon(), 80, 24)
	b.press("/")
	if _, ok := b.box.(*filterLine); !ok {
		t.Errorf("/: %T", b.box)
	}
}

func TestSearchGoesFromMatchToMatchAndAround(t *testing.T) {
	b := searching(t, 80, 24, "i ")
	b.press("ctrl+u")
	b.types("it is")
	b.wantText(t, "2 of 2") // what was said last is looked for first
	b.press("enter")
	b.wantText(t, "search: it is · 2 of 2")
	for _, c := range []struct{ key, at, told string }{{"N", "u2", "1 of 2"}, {"N", "u6", "2 of 2"}, {"n", "u2", "1 of 2"}} {
		b.press(c.key)
		if b.search.at != c.at {
			t.Errorf("%s goes to %s, want %s", c.key, b.search.at, c.at)
		}
		b.wantText(t, c.told)
	}
}

func TestSearchPausesAndEscEndsIt(t *testing.T) {
	b := searching(t, 80, 24, "tuesday")
	if b.words.following() {
		t.Error("the words go on while one looks at what was found")
	}
	b.press("enter", "esc")
	if b.search.on || !b.open {
		t.Errorf("searching %v, open %v", b.search.on, b.open)
	}
	b.press("esc")
	if b.open {
		t.Error("a second esc does not go back")
	}
}

func TestEscWhileTypingGoesBackToWhereTheWordsWere(t *testing.T) {
	b := newBench(afternoon(), 80, 24)
	b.press("enter", "K", "K")
	before := b.words
	b.press("/")
	b.types("order")
	b.press("esc")
	if b.words != before || b.search.on {
		t.Errorf("read at %v, was %v", b.words, before)
	}
}

func TestWhatIsFoundIsMarkedWithoutColoursToo(t *testing.T) {
	b := searching(t, 80, 24, "it is")
	content := b.content()
	if !strings.Contains(content, markThere+"It is") || !strings.Contains(content, markHere+"It is") {
		t.Errorf("not marked: %q", content)
	}
	b.press("esc")
	if content := b.content(); strings.Contains(content, markThere) || strings.Contains(content, markHere) {
		t.Error("still marked once the search is over")
	}
}

func TestMarkedWordsTakeTheCellsTheyTook(t *testing.T) {
	for _, word := range []string{"e", "some body", "promises to ring", "every time somebody promises to ring me back within the hour."} {
		for _, size := range sizes {
			plain := newBench(afternoon(), size.w, size.h)
			plain.press("enter")
			b := searching(t, size.w, size.h, word)
			b.words, plain.words = scroll{}, scroll{}
			b.press("enter") // the lines of the words alone are compared
			was, is := strings.Split(plain.text(), "\n"), strings.Split(b.text(), "\n")
			for i := range was {
				if strings.Contains(was[i], "customer ") && strings.Contains(was[i], "14:3") && strings.TrimSpace(was[i]) != strings.TrimSpace(is[i]) {
					t.Errorf("%q: %q became %q", word, was[i], is[i])
				}
			}
		}
	}
}

func TestWhatNobodySaidIsSaidSo(t *testing.T) {
	b := searching(t, 80, 24, "zebra")
	b.wantText(t, "not said")
	b.press("enter", "n")
	b.wantText(t, "Nobody said zebra in what is kept of this call.")
}

func TestSearchEndsWithItsCall(t *testing.T) {
	b := searching(t, 120, 36, "order")
	b.press("enter", "2")
	if b.search.on {
		t.Error("another call's words are searched unasked")
	}
}

func TestSearchSeesWhatIsSaidMeanwhile(t *testing.T) {
	b := searching(t, 80, 24, "order")
	b.press("enter")
	talk := b.stage.talk["s1"]
	talk.Lines = append(talk.Lines, line1("u9", 0, engine.SpeakerCustomer, "My ORDER, please.", 0))
	b.stage.talk["s1"] = talk
	b.stage.set(b.stage.frame.Sessions...)
	b.tick()
	b.wantText(t, "1 of 2")
	b.press("n")
	b.wantText(t, "My ORDER, please.")
}

func TestReplaySearchesTheWholeTape(t *testing.T) {
	b := newReplay(taped(t, "", ""), 120, 36)
	words := b.spokenOnTape()
	if len(words) < 4 {
		t.Fatalf("only %d sentences are on the tape", len(words))
	}
	b.press("/")
	b.types("the")
	b.wantText(t, "on the tape")
	b.press("enter")
	first := b.search.at
	if first == "" || b.deck.at.Event != b.search.places[0].event {
		t.Fatalf("at event %d, searching %+v", b.deck.at.Event, b.search.places)
	}
	if b.list.selected != b.search.places[0].call {
		t.Errorf("%s is selected, and %s says it", b.list.selected, b.search.places[0].call)
	}
	b.press("n")
	if b.search.at == first || b.deck.at.Event != b.search.places[1].event {
		t.Errorf("n goes to event %d", b.deck.at.Event)
	}
	b.press("N")
	if b.search.at != first {
		t.Error("N does not go back")
	}
	b.press("esc")
	if b.search.on {
		t.Error("esc does not end it")
	}
	b.press("n") // a hot moment again
	if b.search.on || b.past != nil {
		t.Error("n is the search's still")
	}
}
