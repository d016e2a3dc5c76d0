// mcp-go.
package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"
)

type community struct{ *client.Client }

func open(ctx context.Context, t target) (session, error) {
	var made *client.Client
	var err error
	if t.URL != "" {
		made, err = client.NewStreamableHttpClient(t.URL)
		if err == nil {
			err = made.Start(ctx)
		}
	} else {
		made, err = client.NewStdioMCPClient(t.Command[0], os.Environ(), t.Command[1:]...)
	}
	if err != nil {
		return nil, err
	}
	request := mcp.InitializeRequest{}
	request.Params.ProtocolVersion = mcp.LATEST_PROTOCOL_VERSION
	request.Params.ClientInfo = mcp.Implementation{Name: "matrix", Version: "1"}
	_, err = made.Initialize(ctx, request)
	return community{made}, err
}

func (s community) names(ctx context.Context) ([]string, error) {
	names := []string{}
	listed, err := s.ListTools(ctx, mcp.ListToolsRequest{})
	if err != nil {
		return nil, err
	}
	for _, tool := range listed.Tools {
		names = append(names, tool.Name)
	}
	return names, nil
}

func (s community) call(ctx context.Context, name string, arguments json.RawMessage) (bool, []string, error) {
	request := mcp.CallToolRequest{}
	request.Params.Name, request.Params.Arguments = name, arguments
	result, err := s.CallTool(ctx, request)
	if err != nil {
		return false, nil, err
	}
	parts := []string{}
	for _, part := range result.Content {
		if text, ok := part.(mcp.TextContent); ok {
			parts = append(parts, text.Text)
		} else {
			parts = append(parts, "other")
		}
	}
	return result.IsError, parts, nil
}

func main() { run(open) }
