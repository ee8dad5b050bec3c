package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEnvKeepsItsOtherLinesAndComments(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", "TELNYX_API_KEY='new'\n"},
		{"A=1", "A=1\nTELNYX_API_KEY='new'\n"},
		{"A=1\r\n", "A=1\r\nTELNYX_API_KEY='new'\r\n"},
		{"# mine\nTELNYX_API_KEY=\"\"      # portal\nB='2'\n", "# mine\nTELNYX_API_KEY='new'      # portal\nB='2'\n"},
		{"export TELNYX_API_KEY = old # why\n", "export TELNYX_API_KEY = 'new' # why\n"},
		{"TELNYX_API_KEY='a#b'\n", "TELNYX_API_KEY='new'\n"},
		{"TELNYX_API_KEY=old\nA=1\nTELNYX_API_KEY=older\n", "TELNYX_API_KEY='new'\nA=1\nTELNYX_API_KEY='new'\n"},
		{"#TELNYX_API_KEY=old\n", "#TELNYX_API_KEY=old\nTELNYX_API_KEY='new'\n"},
		{"TELNYX_API_KEY=# nothing\n", "TELNYX_API_KEY='new' # nothing\n"},
		{"NOT_TELNYX_API_KEY=1\n", "NOT_TELNYX_API_KEY=1\nTELNYX_API_KEY='new'\n"},
	} {
		got, err := editEnv([]byte(test.text), []setValue{{"TELNYX_API_KEY", "new"}})
		if err != nil || string(got) != test.want {
			t.Errorf("%q: got %q, %v, want %q", test.text, got, err, test.want)
		}
	}
}

func TestEnvHoldsAnySecretAsItIs(t *testing.T) {
	for _, secret := range []string{`$HOME`, `a'b`, `a"b`, `a\b`, `a#b`, `a=b`, "\u00e4", ""} {
		got, err := editEnv([]byte("A=1\n"), []setValue{{"TELNYX_API_KEY", secret}, {"CHAT_KEY", "x"}})
		if err != nil {
			t.Errorf("%q: %v", secret, err)
			continue
		}
		path := filepath.Join(t.TempDir(), ".env")
		write(t, path, string(got))
		s, faults, err := fromEnvFile(path, false)
		if read, _ := s("TELNYX_API_KEY"); err != nil || len(faults) > 0 || read != secret {
			t.Errorf("%q: is read as %q, %v, %v, from %s", secret, read, faults, err, got)
		}
	}
	for _, secret := range []string{"a\nb", `a'$HOME"\`} { // rather not at all than wrong
		if got, err := editEnv(nil, []setValue{{"TELNYX_API_KEY", secret}}); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%q: got %q, %v", secret, got, err)
		}
	}
}

func TestYAMLKeepsItsCommentsItsOtherKeysAndItsOrder(t *testing.T) {
	before := `# Our floor.
ring-seconds: 25 # they are slow

# Who may be called.
transfer-number: # in turn
  - +12025550123 # Ida
  - +12025550124
symbl:
  # from the platform
  app-id: abc

  number: "+12025550140"

front: {name: Ava}
prompt:
  menu: >
    Press 1
    for Ida.
`
	got, err := editYAML("s.yaml", []byte(before), []setValue{
		{"RING_SECONDS", "40"}, {"TRANSFER_NUMBER", "+12025550125,sip:ida@example.com"}, {"SYMBL_APP_ID", ""},
		{"SYMBL_FORGET", "yes"}, {"CONFERENCE_NUMBER", "+12025550100"}, {"FRONT_NUMBER", "sip:ava@example.com"},
	})
	want := `# Our floor.
ring-seconds: 40 # they are slow

# Who may be called.
transfer-number: # in turn
  - "+12025550125"
  - sip:ida@example.com
symbl:
  # from the platform
  app-id:

  number: "+12025550140"
  # whether Symbl is told to delete a call's conversation when the call is over
  forget: yes

front: {name: Ava}
prompt:
  menu: >
    Press 1 for Ida.

# the number that customers call
conference-number: "+12025550100"

# a bot or first-line desk that talks with the customer first: number or SIP
# URI
front-number: sip:ava@example.com
`
	if err != nil || string(got) != want {
		t.Errorf("%v: got\n%s\nwant\n%s", err, got, want)
	}
}

func TestNewYAMLSaysWhatEachKeyIsFor(t *testing.T) {
	values := []setValue{{"CONNECTION_ID", "1300000000000000001"}, {"TRANSFER_NUMBER", "+12025550123,sip:ida@example.com"}, {"SYMBL_FORGET", "yes"}}
	got, err := editYAML("s.yaml", nil, values)
	if err != nil {
		t.Fatal(err)
	}
	want := newYAMLHead + `
# the Voice API application that calls belong to
connection-id: "1300000000000000001"

# the operators to bring in, tried in turn: numbers or SIP URIs, with commas
# between
transfer-number:
  - "+12025550123"
  - sip:ida@example.com

# whether Symbl is told to delete a call's conversation when the call is over
symbl-forget: yes
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestYAMLThatIsBrokenIsNotEdited(t *testing.T) {
	for _, text := range []string{"ring-second: 1\n", "a: &x 1\n", "- 1\n", "ring-seconds: 20\nring-seconds: 30\n"} {
		if got, err := editYAML("s.yaml", []byte(text), []setValue{{"FEED", "none"}}); err == nil {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestALinkToNoFileIsNotReplaced(t *testing.T) {
	link := filepath.Join(t.TempDir(), ".env")
	if err := os.Symlink("gone", link); err != nil {
		t.Fatal(err)
	}
	if err := replace([]fileChange{{link, []byte("new"), 0o600}}); err == nil || !strings.Contains(err.Error(), "link to a file that is not there") {
		t.Errorf("got %v", err)
	}
	if to, err := os.Readlink(link); err != nil || to != "gone" {
		t.Errorf("the link leads to %q, %v", to, err)
	}
}

func TestAFileKeepsItsOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	path := filepath.Join(t.TempDir(), ".env")
	write(t, path, "old")
	if err := os.Chown(path, 12345, 12346); err != nil {
		t.Skip(err)
	}
	if err := replace([]fileChange{{path, []byte("new"), 0o600}}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || !strings.Contains(fmt.Sprintf("%+v", info.Sys()), "Uid:12345 Gid:12346") {
		t.Errorf("%+v, %v", info.Sys(), err)
	}
}

func TestFilesAreReplacedAllOrNone(t *testing.T) {
	dir := t.TempDir()
	env, link, nowhere := filepath.Join(dir, "real.env"), filepath.Join(dir, ".env"), filepath.Join(dir, "none", "s.yaml")
	if err := os.WriteFile(env, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(env, link); err != nil {
		t.Fatal(err)
	}
	if err := replace([]fileChange{{link, []byte("new"), 0o600}, {nowhere, []byte("x"), 0}}); err == nil {
		t.Fatal("a file in a folder that is not there was written")
	}
	if got, _ := os.ReadFile(env); string(got) != "old" {
		t.Errorf("one file failed, and the other has become %q", got)
	}
	if err := replace([]fileChange{{link, []byte("new"), 0o600}}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(link)
	if err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is none any more: %v, %v", info, err)
	}
	info, err = os.Stat(env)
	if got, _ := os.ReadFile(env); err != nil || string(got) != "new" || info.Mode().Perm() != 0o600 {
		t.Errorf("got %q, %v, %v", got, info.Mode(), err)
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".switchboard-*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
