// What the Go clients of the matrix share: the job, the trials of it, and what is said of them.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

type target struct {
	URL     string   `json:"url"`
	Command []string `json:"command"`
}

type job struct {
	Target target               `json:"target"`
	Calls  [][2]json.RawMessage `json:"calls"`
	Slow   [2]json.RawMessage   `json:"slow"`
	Left   string               `json:"left"`
}

type outcome struct {
	Error  bool   `json:"error"`
	Text   string `json:"text"`
	Raised string `json:"raised,omitempty"`
}

// session is what a client opens: its tools, and calls of them. The texts of an answer are its parts; "other" stands for
// a part that is no text.
type session interface {
	names(ctx context.Context) ([]string, error)
	call(ctx context.Context, name string, arguments json.RawMessage) (isError bool, parts []string, err error)
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func try(ctx context.Context, s session, trial [2]json.RawMessage) outcome {
	var name string
	must(json.Unmarshal(trial[0], &name))
	isError, parts, err := s.call(ctx, name, trial[1])
	if err != nil {
		return outcome{Raised: err.Error()}
	}
	out := outcome{Error: isError}
	for _, part := range parts {
		out.Text += part
	}
	return out
}

// run does the job that the first argument has, with the client that open connects.
func run(open func(ctx context.Context, t target) (session, error)) {
	var j job
	must(json.Unmarshal([]byte(os.Args[1]), &j))
	ctx := context.Background()
	s, err := open(ctx, j.Target)
	must(err)
	names, err := s.names(ctx)
	must(err)
	outcomes := []outcome{}
	for _, trial := range j.Calls {
		outcomes = append(outcomes, try(ctx, s, trial))
	}
	second, stop := context.WithTimeout(ctx, time.Second)
	try(second, s, j.Slow)
	stop()
	response, err := http.Get(j.Left)
	must(err)
	left, err := io.ReadAll(response.Body)
	must(err)
	said, err := json.Marshal(struct {
		Names    []string        `json:"names"`
		Outcomes []outcome       `json:"outcomes"`
		Cancel   json.RawMessage `json:"cancel"`
	}{names, outcomes, left})
	must(err)
	fmt.Printf("\n%s\n", said)
	os.Exit(0)
}
