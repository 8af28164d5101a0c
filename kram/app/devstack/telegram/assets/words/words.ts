/** The simulator's own words: the page in the reader's language, a phone in its owner's. */

import { remember, remembered } from "../dom/settings";
import { en, type Words } from "./en";
import { ru } from "./ru";
import { uk } from "./uk";

export type Word = keyof Words;
export type Language = "uk" | "ru" | "en";

const ALL: Record<Language, Words> = { uk, ru, en };
export const LANGUAGES: [Language, string][] = [
  ["uk", "Українська"],
  ["ru", "Русский"],
  ["en", "English"],
];

/** One of our languages for any language tag. */
export function known(tag: string | null | undefined): Language {
  const code = (tag ?? "").slice(0, 2).toLowerCase();
  return code === "uk" || code === "ru" ? code : "en";
}

/** The word in a language, with the values put in. */
export function word(language: Language, name: Word, values: Record<string, string> = {}): string {
  return ALL[language][name].replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? "");
}

export function pageLanguage(): Language {
  return known(remembered("language") ?? navigator.language);
}

/** The word in the language of the page. */
export function pageWord(name: Word, values?: Record<string, string>): string {
  return word(pageLanguage(), name, values);
}

export function setPageLanguage(language: Language): void {
  remember("language", language);
  document.documentElement.lang = language;
}

/** A sum in whole minor units as people read it; Stars with their sign. */
export function sum(language: Language, amount: number, currency: string): string {
  if (currency === "XTR") return `${amount.toLocaleString(language)} ★`;
  const look = { style: "currency", currency, currencyDisplay: "narrowSymbol" } as const;
  const digits = new Intl.NumberFormat(language, look).resolvedOptions().maximumFractionDigits ?? 2;
  const value = amount / 10 ** digits;
  const shown = Number.isInteger(value) ? 0 : digits;
  return new Intl.NumberFormat(language, { ...look, minimumFractionDigits: shown }).format(value);
}
