/** Text with marked pieces. Offsets count UTF-16 units, as the strings of JavaScript do. */

import type { Entity } from "../api/types";
import { make, type Child } from "../dom/make";
import type { Talk } from "./talk";

type Part = Node | string;

export function formatted(talk: Talk, text: string, entities: Entity[]): Part[] {
  const sorted = [...entities].sort((one, other) => one.offset - other.offset || other.length - one.length);
  return parts(text, 0, text.length, sorted, talk);
}

/** The text between two places; entities inside an entity become its children. */
function parts(text: string, start: number, end: number, entities: Entity[], talk: Talk): Part[] {
  const result: Part[] = [];
  let at = start;
  let rest = entities;
  while (rest.length) {
    const [entity, ...others] = rest as [Entity, ...Entity[]];
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < at || entity.offset >= end) {
      rest = others;
      continue;
    }
    const inner = others.filter((each) => each.offset < stop);
    result.push(text.slice(at, entity.offset));
    result.push(marked(entity, text.slice(entity.offset, stop), parts(text, entity.offset, stop, inner, talk), talk));
    at = stop;
    rest = others.filter((each) => each.offset >= stop);
  }
  result.push(text.slice(at, end));
  return result.filter((part) => part !== "");
}

function marked(entity: Entity, raw: string, inside: Child[], talk: Talk): HTMLElement {
  switch (entity.type) {
    case "bold":
      return make("strong", {}, ...inside);
    case "italic":
      return make("em", {}, ...inside);
    case "underline":
      return make("u", {}, ...inside);
    case "strikethrough":
      return make("s", {}, ...inside);
    case "spoiler":
      return spoiler(inside);
    case "code":
      return code(raw, talk);
    case "pre":
      return make("pre", { "data-language": entity.language ?? "" }, make("code", {}, ...inside));
    case "blockquote":
    case "expandable_blockquote":
      return make("blockquote", {}, ...inside);
    default:
      return linked(entity, raw, inside, talk);
  }
}

function linked(entity: Entity, raw: string, inside: Child[], talk: Talk): HTMLElement {
  const target: Record<string, string | undefined> = {
    text_link: entity.url,
    url: raw,
    email: `mailto:${raw}`,
    phone_number: `tel:${raw.replace(/[^\d+]/g, "")}`,
    mention: `https://t.me/${raw.slice(1)}`,
  };
  const url = target[entity.type];
  if (url) return link(inside, () => void talk.phone.follow(url));
  if (entity.type === "bot_command") return link(inside, () => void talk.send({ text: raw }));
  return make("span", {}, ...inside);
}

function link(inside: Child[], act: () => void): HTMLElement {
  return make("button.link", { onclick: act }, ...inside);
}

/** A tap copies: so do Telegram's clients. */
function code(raw: string, { phone }: Talk): HTMLElement {
  return make("button.code", { title: phone.word("copy"), onclick: () => void phone.copy(raw) }, raw);
}

function spoiler(inside: Child[]): HTMLElement {
  const element = make("button.spoiler", {}, make("span", {}, ...inside));
  element.addEventListener("click", () => element.classList.add("shown"));
  return element;
}
