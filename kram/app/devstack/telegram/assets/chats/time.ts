/** Dates as messengers write them. */

import { word, type Language } from "../words/words";

const DAY_MS = 86_400_000;

const midnight = (date: Date): number =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

const daysAgo = (date: Date): number => Math.round((midnight(new Date()) - midnight(date)) / DAY_MS);

export function clock(seconds: number, language: Language): string {
  const date = new Date(seconds * 1000);
  return date.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** For the list of chats: the time, the weekday, or the date. */
export function shortDate(seconds: number, language: Language): string {
  const date = new Date(seconds * 1000);
  const days = daysAgo(date);
  if (days === 0) return clock(seconds, language);
  if (days < 7) return date.toLocaleDateString(language, { weekday: "short" });
  return date.toLocaleDateString(language, { day: "numeric", month: "numeric", year: "2-digit" });
}

/** For the line between two days of a conversation. */
export function day(seconds: number, language: Language): string {
  const date = new Date(seconds * 1000);
  const days = daysAgo(date);
  if (days === 0) return word(language, "today");
  if (days === 1) return word(language, "yesterday");
  return date.toLocaleDateString(language, { day: "numeric", month: "long" });
}
