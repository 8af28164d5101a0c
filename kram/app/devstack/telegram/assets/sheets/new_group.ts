/** Makes a staff chat: who is in it, and which bot. */

import { chats, people, reasonOf } from "../api/client";
import type { Person } from "../api/types";
import type { Phone } from "../device/phone";
import { make } from "../dom/make";
import { field } from "./form";
import { Sheet } from "./sheet";

/** `startGroup`: what a `?startgroup=…` link says to the bot as soon as it is in. */
export async function newGroup(phone: Phone, botId?: number, startGroup = ""): Promise<void> {
  const [everybody, directory] = await Promise.all([people.list(), people.directory()]);
  const bots = directory.sort((one, other) => other.id - one.id); // the newest shop first
  const title = field(phone.word("group_title"));
  const bot = field(phone.word("group_bot"), {
    options: bots.map((each) => [String(each.id), `${each.first_name} · @${each.username}`]),
    ...(botId ? { value: String(botId) } : {}),
  });
  const members = new Members(everybody, phone);
  const create = async (): Promise<void> => {
    const name = title.input.value.trim() || phone.word("new_group");
    const chosen = bots.find((each) => each.id === Number(bot.input.value));
    try {
      const { key } = await chats.createGroup(name, members.ids, chosen ? [chosen.id] : []);
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
    make("div.form", {}, title.row, bot.row, members.root),
    make("button.big-button", { onclick: () => void create() }, phone.word("create")),
  );
}

class Members {
  readonly root = make("fieldset.checks");
  private readonly boxes: HTMLInputElement[] = [];

  constructor(
    everybody: Person[],
    private readonly phone: Phone,
  ) {
    this.root.append(make("legend", {}, phone.word("group_members")));
    for (const person of everybody) this.add(person);
  }

  /** Whoever makes the group comes first: they own it. */
  get ids(): number[] {
    const checked = this.boxes.filter((box) => box.checked).map((box) => Number(box.value));
    return [...new Set([this.phone.person.id, ...checked])];
  }

  private add(person: Person): void {
    const disabled = person.id === this.phone.person.id;
    const box = make("input", { type: "checkbox", value: person.id, checked: true, disabled });
    this.boxes.push(box);
    this.root.append(make("label.check-row", {}, box, make("span", {}, person.first_name)));
  }
}
