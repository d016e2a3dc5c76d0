import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The official Java SDK. */
public class Driver {
  static final McpJsonMapper JSON = McpJsonDefaults.getMapper();

  @SuppressWarnings("unchecked")
  static McpSyncClient open(Map<String, Object> target, Duration time) {
    McpClientTransport transport;
    if (target.get("url") instanceof String url) {
      URI uri = URI.create(url);
      transport = HttpClientStreamableHttpTransport.builder("http://" + uri.getAuthority()).endpoint(uri.getPath()).build();
    } else {
      List<String> command = (List<String>) target.get("command");
      transport = new StdioClientTransport(
          ServerParameters.builder(command.get(0)).args(command.subList(1, command.size())).build(), JSON);
    }
    McpSyncClient client = McpClient.sync(transport).requestTimeout(time).build();
    client.initialize();
    return client;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> call(McpSyncClient client, List<Object> trial) {
    Map<String, Object> out = new LinkedHashMap<>();
    try {
      var request = new McpSchema.CallToolRequest((String) trial.get(0), (Map<String, Object>) trial.get(1));
      var result = client.callTool(request);
      StringBuilder text = new StringBuilder();
      for (var part : result.content()) text.append(part instanceof McpSchema.TextContent t ? t.text() : part.type());
      out.put("error", Boolean.TRUE.equals(result.isError()));
      out.put("text", text.toString());
    } catch (Exception error) {
      out.put("raised", String.valueOf(error));
    }
    return out;
  }

  @SuppressWarnings("unchecked")
  public static void main(String[] args) throws Exception {
    Map<String, Object> job = JSON.readValue(args[0], Map.class);
    Map<String, Object> target = (Map<String, Object>) job.get("target"), said = new LinkedHashMap<>();
    McpSyncClient client = open(target, Duration.ofSeconds(60));
    said.put("names", client.listTools().tools().stream().map(McpSchema.Tool::name).toList());
    List<Object> outcomes = new ArrayList<>();
    for (Object trial : (List<Object>) job.get("calls")) outcomes.add(call(client, (List<Object>) trial));
    said.put("outcomes", outcomes);
    // Its time-out belongs to the client as a whole.
    McpSyncClient hasty = open(target, Duration.ofSeconds(2));
    call(hasty, (List<Object>) job.get("slow"));
    HttpRequest ask = HttpRequest.newBuilder(URI.create((String) job.get("left"))).build();
    HttpClient plain = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    String left = plain.send(ask, HttpResponse.BodyHandlers.ofString()).body();
    said.put("cancel", JSON.readValue(left, Map.class));
    System.out.println("\n" + JSON.writeValueAsString(said));
    System.exit(0);
  }
}
