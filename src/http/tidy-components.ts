type Schemas = Record<string, unknown>;
type Document = { components: { schemas: Schemas } };

const REF = '#/components/schemas/';
const INPUT = /Input$/;

/**
 * Leaves only the schemas that the document refers to, and gives each shape one name. The generator writes every schema
 * twice, `Name` as answered and `NameInput` as asked: the second becomes `Name` where the first is not used or equal.
 */
export function tidyComponents<D extends Document>(document: D): D {
  let tidy = prune(document);
  for (let twins = findTwins(tidy); twins.length; twins = findTwins(tidy)) tidy = prune(mergeTwins(tidy, twins));
  return sortSchemas(tidy);
}

function prune<D extends Document>(document: D): D {
  const { schemas, ...others } = document.components;
  const used = new Set<string>();
  const visit = (value: unknown) => {
    for (const name of refsIn(value).filter((one) => !used.has(one) && one in schemas)) {
      used.add(name);
      visit(schemas[name]);
    }
  };
  visit({ ...document, components: others });
  return withSchemas(document, Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name))));
}

function findTwins({ components: { schemas } }: Document): string[] {
  const isTwin = (name: string, base: string) =>
    !(base in schemas) || JSON.stringify(schemas[base]) === JSON.stringify(schemas[name]);
  return Object.keys(schemas).filter((name) => INPUT.test(name) && isTwin(name, name.replace(INPUT, '')));
}

function mergeTwins<D extends Document>(document: D, twins: string[]): D {
  const entries = Object.entries(document.components.schemas);
  const schemas = Object.fromEntries(
    entries.map(([name, schema]) => [twins.includes(name) ? name.replace(INPUT, '') : name, schema]),
  );
  return JSON.parse(JSON.stringify(withSchemas(document, schemas)), (_key, value) =>
    typeof value === 'string' && value.startsWith(REF) && twins.includes(value.slice(REF.length))
      ? value.replace(INPUT, '')
      : value,
  );
}

function sortSchemas<D extends Document>(document: D): D {
  const entries = Object.entries(document.components.schemas);
  return withSchemas(document, Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
}

const withSchemas = <D extends Document>(document: D, schemas: Schemas): D => ({
  ...document,
  components: { ...document.components, schemas },
});

const refsIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name!);
