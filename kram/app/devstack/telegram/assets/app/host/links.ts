/** Links, invoices, downloads. */

import { chats } from "../../api/client";
import { make } from "../../dom/make";
import { confirm } from "../../sheets/dialog";
import { shareInline } from "../../sheets/inline_results";
import { payLink } from "../../sheets/invoice";
import type { Handlers, MiniApp } from "../mini_app";
import type { Data } from "../protocol";

export const linkHandlers: Handlers = {
  web_app_open_link: (app, data) => app.phone.follow(String(data["url"])),
  web_app_open_tg_link: (app, data) => openInside(app, String(data["path_full"])),
  web_app_open_invoice: openInvoice,
  web_app_request_file_download: download,
  web_app_data_send: sendData,
  web_app_switch_inline_query: switchInline,
};

async function openInvoice(app: MiniApp, data: Data): Promise<void> {
  const slug = String(data["slug"]);
  const status = await payLink(app.phone, slug);
  app.post("invoice_closed", { slug, status });
}

/** A chat opens in place of the app; an invoice or a new bot opens over it. */
async function openInside(app: MiniApp, path: string): Promise<void> {
  const link = `https://t.me${path}`;
  const isOver = /^\/(\$|invoice\/|newbot\/)/.test(path) || link.includes("startapp");
  if (isOver || (await app.requestClose())) await app.phone.follow(link);
}

async function download(app: MiniApp, data: Data): Promise<void> {
  const { phone } = app;
  const name = String(data["file_name"]);
  const agreed = await confirm(phone, phone.word("download_title"), name, phone.word("download"));
  app.post("file_download_requested", { status: agreed ? "downloading" : "cancelled" });
  if (agreed) make("a", { href: String(data["url"]), download: name, target: "_blank" }).click();
}

/** Only an app that a reply-keyboard button opened may send data back; then it closes. */
async function sendData(app: MiniApp, data: Data): Promise<void> {
  const { phone, bot, opened } = app;
  if (opened.buttonText === null) return;
  app.destroy();
  await chats.send(phone.chatWith(bot.id), phone.person.id, {
    web_app_data: { data: String(data["data"]), button_text: opened.buttonText },
  });
}

async function switchInline(app: MiniApp, data: Data): Promise<void> {
  const { phone, bot } = app;
  const elsewhere = ((data["chat_types"] ?? []) as string[]).length > 0;
  app.destroy();
  const here = elsewhere ? null : phone.chatWith(bot.id);
  await shareInline(phone, bot, String(data["query"] ?? ""), here);
}
