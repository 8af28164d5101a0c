/** Photos, files, the own number, the own place. */

import { reasonOf, type SentContent } from "../api/client";
import { make } from "../dom/make";
import { HERE, mayShareContact } from "../sheets/consent";
import { confirm } from "../sheets/dialog";
import { chooseDeed } from "../sheets/menu";
import type { Talk } from "./talk";

export function attach(talk: Talk): void {
  const { phone } = talk;
  chooseDeed(phone, phone.word("attach"), [
    { text: phone.word("send_photo"), sign: "photo", act: () => sendFile(talk, "image/*") },
    { text: phone.word("send_file"), sign: "file", act: () => sendFile(talk, "") },
    { text: phone.word("send_contact"), sign: "contact", act: () => shareContact(talk) },
    { text: phone.word("send_location"), sign: "location", act: () => shareLocation(talk) },
  ]);
}

export async function shareContact(talk: Talk): Promise<void> {
  if (await mayShareContact(talk.phone, talk.chat.title)) await deliver(talk, { own_contact: true });
}

export async function shareLocation(talk: Talk): Promise<void> {
  const { phone } = talk;
  const title = phone.word("share_location_title");
  if (await confirm(phone, title, "", phone.word("share"))) await deliver(talk, { location: HERE });
}

function sendFile(talk: Talk, accept: string): void {
  const input = make("input", { type: "file", accept });
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) void read(file).then((content) => deliver(talk, fileContent(accept, file.name, content)));
  });
  input.click();
}

function fileContent(accept: string, name: string, content: string): SentContent {
  return accept ? { photo: content } : { document: content, file_name: name };
}

async function deliver(talk: Talk, content: SentContent): Promise<void> {
  try {
    await talk.send(content);
  } catch (error) {
    talk.phone.toast(reasonOf(error));
  }
}

/** The bytes of a file as base64. */
async function read(file: File): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(",") + 1);
}
