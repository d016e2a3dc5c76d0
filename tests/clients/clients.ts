/**
 * The clients of the matrix, pinned.
 *
 * @module
 */

/** What runs a client. */
export type Language = "js" | "npm" | "python" | "go" | "rust" | "java";

/** One client. */
export interface MatrixClient {
  readonly name: string;
  /** The program that drives it, or the folder that holds it. */
  readonly driver: string;
  /** What is installed, with versions. */
  readonly packages: readonly string[];
  readonly language: Language;
  /** It is one of the six of CI. */
  readonly core?: true;
  /** The program of an npm package that is started for each call, by its path in the package. */
  readonly program?: string;
  /** Flags of a gateway, before the address. */
  readonly flags?: readonly string[];
  /** It has one transport only. */
  readonly only?: "http" | "stdio";
  /** Why a cell says anything but "yes", by column. */
  readonly because?: Readonly<Record<string, string>>;
}

const js = (
  name: string,
  driver: string,
  pinned: string,
  more: Partial<MatrixClient> = {},
): MatrixClient => ({
  name,
  driver: `js_${driver}.mjs`,
  packages: [pinned],
  language: "js",
  ...more,
});

const python = (
  name: string,
  driver: string,
  packages: readonly string[],
  more: Partial<MatrixClient> = {},
): MatrixClient => ({ name, driver: `py_${driver}.py`, packages, language: "python", ...more });

/** The last of the 1.x line of the Python SDK: what clients need that are not ported to 2.x. */
const SDK_1 = "mcp==1.30.0", SDK_2 = "mcp==2.3.0";

/** Every client. */
export const CLIENTS: readonly MatrixClient[] = [
  js("TypeScript SDK v1", "sdk_v1", "@modelcontextprotocol/sdk@1.32.2", { core: true }),
  js("TypeScript SDK v2", "sdk_v2", "@modelcontextprotocol/client@2.4.0", { core: true }),
  js("AI SDK", "ai_sdk", "@ai-sdk/mcp@2.0.99", { core: true }),
  js("LangChain.js", "langchain", "@langchain/mcp-adapters@1.1.4", { core: true }),
  js("Mastra", "mastra", "@mastra/mcp@2.0.0", { core: true }),
  js("OpenAI Agents for JavaScript", "openai_agents", "@openai/agents@0.20.0"),
  js("mcp-remote, as a gateway", "gateway", "mcp-remote@0.15.1", { only: "http" }),
  js("supergateway, as a gateway", "gateway", "supergateway@4.0.0", {
    only: "http",
    flags: ["--logLevel", "none", "--streamableHttp"],
  }),
  {
    name: "Inspector, its command line",
    driver: "js_inspector.mjs",
    packages: ["@modelcontextprotocol/inspector@2.12.0"],
    language: "npm",
    program: "clients/launcher/build/index.js",
  },
  python("Python SDK 2.x", "mcp", [SDK_2], { core: true }),
  python("Python SDK 1.x", "mcp", [SDK_1]),
  python("FastMCP", "fastmcp", ["fastmcp==4.2.3"]),
  python("LangChain", "langchain", ["langchain-mcp-adapters==0.3.2", SDK_1]),
  python("OpenAI Agents", "openai_agents", ["openai-agents==0.24.0"]),
  python("Pydantic AI", "pydantic_ai", ["pydantic-ai-slim[mcp]==2.68.0"]),
  python("Strands", "strands", ["strands-agents==1.62.0", "mcp==2.1.1"]),
  python("Agent Framework", "agent_framework", ["agent-framework-core==1.23.0", SDK_2, "tenacity==9.1.4"]),
  python("AutoGen", "autogen", ["autogen-ext[mcp]==0.7.5", "autogen-core==0.7.5", SDK_1]),
  python("Haystack", "haystack", ["mcp-haystack==2.1.1", SDK_2]),
  python("LlamaIndex", "llama_index", ["llama-index-tools-mcp==0.6.0", SDK_2]),
  python("mcp-use", "mcp_use", ["mcp-use==1.7.1", SDK_1]),
  python("mcp2cli", "mcp2cli", ["mcp2cli==3.8.0", SDK_2]),
  python("smolagents", "smolagents", ["smolagents==1.26.0", "mcpadapt==0.1.19", SDK_1]),
  python("Semantic Kernel", "semantic_kernel", ["semantic-kernel[mcp]==1.45.0", SDK_1]),
  python("Google ADK", "google_adk", ["google-adk[mcp]==2.13.0", SDK_2]),
  python("CrewAI", "crewai", ["crewai-tools[mcp]==1.15.30", SDK_1]),
  {
    name: "Go SDK",
    driver: "go-sdk",
    packages: ["github.com/modelcontextprotocol/go-sdk@v1.8.0"],
    language: "go",
  },
  { name: "mcp-go", driver: "mcp-go", packages: ["github.com/mark3labs/mcp-go@v1.2.1"], language: "go" },
  { name: "Rust SDK", driver: "rust", packages: ["rmcp@3.11.0"], language: "rust" },
  { name: "Java SDK", driver: "java", packages: ["io.modelcontextprotocol.sdk:mcp:2.1.0"], language: "java" },
];
