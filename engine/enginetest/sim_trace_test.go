package enginetest

import (
	"fmt"
	"os"
	"testing"
)

func TestTrace(t *testing.T) {
	text, err := os.ReadFile(os.Getenv("SIM"))
	if err != nil {
		t.Skip()
	}
	sim, _ := simulator(t)
	plan, err := ReadSimulation(string(text))
	if err != nil {
		t.Fatal(err)
	}
	sim.Trace = os.Stdout
	_, v := sim.Run(plan)
	if v != nil {
		fmt.Println(v.Kept())
	}
}
