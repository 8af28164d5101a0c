/** The interface's words in the page's language; they come from the server's catalogues. */
import { facts, type Phrase } from "./facts";

const plurals = new Intl.PluralRules(facts.language);

/** `say("left", { count: 3 })`: a phrase with plural forms takes the one for `count`. */
export function say(name: string, values: Record<string, string | number> = {}): string {
  const phrase = facts.words[name];
  if (phrase === undefined) throw new Error(`no word ${name}`);
  const text = formFor(phrase, Number(values["count"] ?? 0));
  return text.replace(/%\((\w+)\)s/g, (whole, key: string) => String(values[key] ?? whole));
}

function formFor(forms: Phrase, count: number): string {
  if (typeof forms === "string") return forms;
  return forms[plurals.select(count)] ?? forms.other ?? "";
}
