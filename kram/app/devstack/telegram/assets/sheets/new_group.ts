/** Makes a staff chat: who is in it, and which bot. */

import { chats, people, reasonOf } from "../api/client";
import type { Phone } from "../device/phone";
import { make } from "../dom/make";
import { field } from "./form";
import { Sheet } from "./sheet";

/** `startGroup`: what a `?startgroup=…` link says to the bot as soon as it is in. */
export async function newGroup(phone: Phone, botId?: number, startGroup = ""): Promise<void> {
  const [everybody, found] = await Promise.all([people.list(), people.directory()]);
  const bots = found.sort((one, other) => other.id - one.id); // the newest shop first
  const title = field(phone.word("group_title"));
  const bot = field(phone.word("group_bot"), {
    options: bots.map((each) => [String(each.id), `${each.first_name} · @${each.username}`]),
    ...(botId ? { value: String(botId) } : {}),
  });
  const boxes = everybody.map((person) => {
    const box = make("input", { type: "checkbox", value: person.id });
    box.checked = true;
    box.disabled = person.id === phone.person.id;
    return { box, row: make("label.check-row", {}, box, make("span", {}, person.first_name)) };
  });
  const create = async (): Promise<void> => {
    const others = boxes.filter(({ box }) => box.checked && !box.disabled);
    const members = [phone.person.id, ...others.map(({ box }) => Number(box.value))];
    const name = title.input.value.trim() || phone.word("new_group");
    const chosen = bots.find((each) => each.id === Number(bot.input.value));
    try {
      const { key } = await chats.createGroup(name, members, chosen ? [chosen.id] : []);
      sheet.close();
      await phone.open(key);
      if (!startGroup) return;
      await chats.send(key, phone.person.id, { text: `/start@${chosen?.username} ${startGroup}` });
    } catch (error) {
      phone.toast(reasonOf(error));
    }
  };
  const sheet: Sheet = new Sheet(
    phone,
    { label: phone.word("new_group"), look: "bottom" },
    make("h3.sheet-title", {}, phone.word("new_group")),
    make(
      "div.form",
      {},
      title.row,
      bot.row,
      make("fieldset.checks", {}, make("legend", {}, phone.word("group_members")), ...boxes.map((each) => each.row)),
    ),
    make("button.big-button", { onclick: () => void create() }, phone.word("create")),
  );
}
