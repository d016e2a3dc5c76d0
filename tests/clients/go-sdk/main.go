// The official Go SDK.
package main

import (
	"context"
	"encoding/json"
	"os/exec"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type official struct{ *mcp.ClientSession }

func open(ctx context.Context, t target) (session, error) {
	client := mcp.NewClient(&mcp.Implementation{Name: "matrix", Version: "1"}, nil)
	var transport mcp.Transport = &mcp.StreamableClientTransport{Endpoint: t.URL}
	if t.URL == "" {
		transport = &mcp.CommandTransport{Command: exec.Command(t.Command[0], t.Command[1:]...)}
	}
	connected, err := client.Connect(ctx, transport, nil)
	return official{connected}, err
}

func (s official) names(ctx context.Context) ([]string, error) {
	names := []string{}
	for tool, err := range s.Tools(ctx, nil) {
		if err != nil {
			return nil, err
		}
		names = append(names, tool.Name)
	}
	return names, nil
}

func (s official) call(ctx context.Context, name string, arguments json.RawMessage) (bool, []string, error) {
	result, err := s.CallTool(ctx, &mcp.CallToolParams{Name: name, Arguments: arguments})
	if err != nil {
		return false, nil, err
	}
	parts := []string{}
	for _, part := range result.Content {
		if text, ok := part.(*mcp.TextContent); ok {
			parts = append(parts, text.Text)
		} else {
			parts = append(parts, "other")
		}
	}
	return result.IsError, parts, nil
}

func main() { run(open) }
