// The official Go SDK.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
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

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func open(ctx context.Context, t target) (*mcp.ClientSession, error) {
	client := mcp.NewClient(&mcp.Implementation{Name: "matrix", Version: "1"}, nil)
	if t.URL != "" {
		return client.Connect(ctx, &mcp.StreamableClientTransport{Endpoint: t.URL}, nil)
	}
	return client.Connect(ctx, &mcp.CommandTransport{Command: exec.Command(t.Command[0], t.Command[1:]...)}, nil)
}

func call(ctx context.Context, session *mcp.ClientSession, trial [2]json.RawMessage) outcome {
	var name string
	must(json.Unmarshal(trial[0], &name))
	result, err := session.CallTool(ctx, &mcp.CallToolParams{Name: name, Arguments: trial[1]})
	if err != nil {
		return outcome{Raised: err.Error()}
	}
	out := outcome{Error: result.IsError}
	for _, part := range result.Content {
		if text, ok := part.(*mcp.TextContent); ok {
			out.Text += text.Text
		} else {
			out.Text += "other"
		}
	}
	return out
}

func main() {
	var j job
	must(json.Unmarshal([]byte(os.Args[1]), &j))
	ctx := context.Background()
	session, err := open(ctx, j.Target)
	must(err)
	names := []string{}
	for tool, err := range session.Tools(ctx, nil) {
		must(err)
		names = append(names, tool.Name)
	}
	outcomes := []outcome{}
	for _, trial := range j.Calls {
		outcomes = append(outcomes, call(ctx, session, trial))
	}
	second, stop := context.WithTimeout(ctx, time.Second)
	call(second, session, j.Slow)
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
