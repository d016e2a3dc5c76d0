/**
 * The clients of the matrix, pinned.
 *
 * @module
 */

/** One client. */
export interface MatrixClient {
  readonly name: string;
  /** The program that drives it. */
  readonly driver: string;
  /** What is installed, with versions. */
  readonly packages: readonly string[];
  readonly python?: true;
  /** It is one of the six of CI. */
  readonly core?: true;
}

/** Every client. Those of the 1.x line of the Python SDK are kept below its version 2. */
export const CLIENTS: readonly MatrixClient[] = [
  {
    name: "TypeScript SDK v1",
    driver: "js_sdk_v1.mjs",
    packages: ["@modelcontextprotocol/sdk@1.32.2"],
    core: true,
  },
  {
    name: "TypeScript SDK v2",
    driver: "js_sdk_v2.mjs",
    packages: ["@modelcontextprotocol/client@2.4.0"],
    core: true,
  },
  { name: "AI SDK", driver: "js_ai_sdk.mjs", packages: ["@ai-sdk/mcp@2.0.99"], core: true },
  {
    name: "LangChain.js",
    driver: "js_langchain.mjs",
    packages: ["@langchain/mcp-adapters@1.1.4"],
    core: true,
  },
  { name: "Mastra", driver: "js_mastra.mjs", packages: ["@mastra/mcp@2.0.0"], core: true },
  { name: "Python SDK 2.x", driver: "py_mcp.py", packages: ["mcp==2.3.0"], python: true, core: true },
  { name: "Python SDK 1.x", driver: "py_mcp.py", packages: ["mcp==1.30.0"], python: true },
  { name: "FastMCP", driver: "py_fastmcp.py", packages: ["fastmcp==4.2.3"], python: true },
  {
    name: "LangChain",
    driver: "py_langchain.py",
    packages: ["langchain-mcp-adapters==0.3.2", "mcp==1.30.0"],
    python: true,
  },
  {
    name: "OpenAI Agents",
    driver: "py_openai_agents.py",
    packages: ["openai-agents==0.24.0"],
    python: true,
  },
  {
    name: "smolagents",
    driver: "py_smolagents.py",
    packages: ["smolagents==1.26.0", "mcpadapt==0.1.19", "mcp==1.30.0"],
    python: true,
  },
];
