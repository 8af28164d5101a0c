/** What a message carries besides text. */

import { fileUrl } from "../api/client";
import type { Message } from "../api/types";
import { avatar } from "../dom/avatar";
import { icon } from "../dom/icons";
import { make } from "../dom/make";
import { Sheet } from "../sheets/sheet";
import { sum } from "../words/words";
import type { Talk } from "./talk";

export function media(talk: Talk, message: Message): HTMLElement | null {
  if (message.photo) return photo(talk, message);
  if (message.document) return document_(message.document);
  if (message.contact) return contact(message.contact);
  if (message.location) return place(message.location);
  if (message.invoice) return invoice(talk, message.invoice);
  return null;
}

function photo(talk: Talk, message: Message): HTMLElement {
  const sizes = message.photo ?? [];
  const largest = sizes[sizes.length - 1];
  if (!largest) return make("div");
  const source = fileUrl(largest.file_id);
  const label = talk.phone.word("photo");
  const image = make("img", {
    src: source,
    width: largest.width,
    height: largest.height,
    alt: message.caption ?? label,
  });
  return make("button.photo", { "aria-label": label, onclick: () => enlarge(talk, source, label) }, image);
}

function enlarge(talk: Talk, source: string, label: string): void {
  const { phone } = talk;
  const close = { "aria-label": phone.word("close"), autofocus: true, onclick: () => sheet.dismiss() };
  const sheet: Sheet = new Sheet(
    phone,
    { label, look: "bottom" },
    make(
      "div.enlarged",
      {},
      make("img", { src: source, alt: "" }),
      make("button.icon-button", close, icon("close")),
    ),
  );
}

function document_(file: NonNullable<Message["document"]>): HTMLElement {
  const size = file.file_size < 1024 * 1024
    ? `${Math.max(1, Math.round(file.file_size / 1024))} KB`
    : `${(file.file_size / 1024 / 1024).toFixed(1)} MB`;
  return make(
    "a.attached",
    { href: fileUrl(file.file_id), download: file.file_name ?? "file" },
    make("span.attached-sign", {}, icon("file")),
    make("span.attached-text", {}, make("strong", {}, file.file_name ?? "file"), make("span", {}, size)),
  );
}

function contact(card: NonNullable<Message["contact"]>): HTMLElement {
  const name = [card.first_name, card.last_name].filter(Boolean).join(" ");
  return make(
    "div.attached",
    {},
    avatar(name, name.length),
    make("span.attached-text", {}, make("strong", {}, name), make("span", {}, card.phone_number)),
  );
}

function place(point: NonNullable<Message["location"]>): HTMLElement {
  const text = `${point.latitude.toFixed(4)}, ${point.longitude.toFixed(4)}`;
  return make("div.map", {}, make("span.map-pin", {}, icon("location", 30)), make("span.map-text", {}, text));
}

function invoice(talk: Talk, bill: NonNullable<Message["invoice"]>): HTMLElement {
  return make(
    "div.bill",
    {},
    make("strong", {}, bill.title),
    make("p", {}, bill.description),
    make("span.bill-sum", {}, sum(talk.phone.language, bill.total_amount, bill.currency)),
  );
}
