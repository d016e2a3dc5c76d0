/**
 * Tags of YAML: which of them mean something in a document, and what to write where one does not.
 *
 * @module
 */

/** What is wrong with a tag. */
interface TagFinding {
  readonly message: string;
  readonly fix: string;
}

/** What the tags of other programs are for, and how that is said here. */
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [
    /env|secret|vault|param|var|sub|ref$/i,
    'declare the variable in binds, and write "{{NAME}}" where its value goes',
  ],
  [/include|import|file|load/i, "import a file with from: and import:, or write its content here"],
];

/** The texts that the tags of YAML's core schema take. */
const CORE: Readonly<Record<string, RegExp>> = {
  "!!int": /^[-+]?(?:\d+|0o[0-7]+|0x[\da-f]+)$/i,
  "!!float": /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$|^[-+]?\.inf$|^\.nan$/i,
  "!!bool": /^(?:true|false)$/i,
  "!!null": /^(?:null|~|)$/i,
};

/**
 * Explains a tag that has no effect, or not the one it names.
 *
 * @param tag As it is written, such as `!env`.
 * @param tagged The text it stands before; `mapping` or `list` where it is neither.
 * @returns Undefined for a tag that means what it says.
 */
export function explainTag(tag: string, tagged: string): TagFinding | undefined {
  const name = tag.replace(/^!<tag:yaml\.org,2002:(.*)>$/, "!!$1");
  if (name === "!" || name === "!!str" || name === "!!map" || name === "!!seq") return undefined;
  const core = CORE[name];
  if (core) {
    if (core.test(tagged.trim())) return undefined;
    return {
      message: `the tag ${tag} does not fit ${tagged === "" ? "an empty value" : tagged}`,
      fix: "write the value as it is, without a tag",
    };
  }
  return {
    message: `the tag ${tag} means nothing here; its value is read as if the tag were not there`,
    fix: ELSEWHERE.find(([word]) => word.test(name))?.[1] ?? "remove the tag",
  };
}
