/** The page: a toolbar, and the phones of up to three people. */

import { people as api } from "../api/client";
import { follow } from "../api/news";
import type { Boot, Person } from "../api/types";
import { arrange, make } from "../dom/make";
import { remember, remembered } from "../dom/settings";
import { pageLanguage, pageWord } from "../words/words";
import { People } from "./people";
import { personForm } from "./person_form";
import { Slot } from "./slot";
import { Toolbar } from "./toolbar";

const MAX_PHONES = 3;
const LOOKOUT_MS = 2000;

export class Stage {
  readonly root: HTMLElement;
  private readonly row = make("main.phones");
  private readonly lost = make("p.lost", { role: "status", hidden: true });
  private readonly people = new People();
  private readonly toolbar: Toolbar;
  private slots: Slot[] = [];
  private lookout = 0;
  private unfollow = (): void => undefined;

  constructor(private readonly boot: Boot) {
    this.toolbar = new Toolbar(boot.kram, () => void this.addPhone(), () => this.render());
    this.root = make("div.stage", {}, this.toolbar.root, this.lost, this.row);
  }

  async start(): Promise<void> {
    await this.people.load();
    for (const person of this.wanted()) await this.place(person);
    this.render();
    const first = this.slots[0]?.phone;
    const { bot, link } = this.boot;
    if (bot) await Promise.all(this.slots.map(({ phone }) => phone.follow(`https://t.me/${bot}`)));
    if (link && first) await first.follow(link);
  }

  /** Shows what went wrong on the phone that is in use. */
  complain(text: string): void {
    const inUse = this.slots.find((slot) => slot.root.contains(document.activeElement));
    (inUse ?? this.slots[0])?.phone.toast(text);
  }

  /** Puts down one more phone: of somebody without one, or of a new person. */
  private async addPhone(): Promise<void> {
    const shown = new Set(this.slots.map((slot) => slot.phone.person.id));
    const free = this.people.all.find((person) => !shown.has(person.id));
    const person = free ?? (await personForm(this.people));
    if (!person) return;
    await this.place(person);
    this.render();
    this.slots[this.slots.length - 1]?.root.scrollIntoView({ behavior: "smooth", inline: "center" });
  }

  private async hand(slot: Slot, person: Person): Promise<void> {
    slot.give(person, this.slots.indexOf(slot) > 0);
    await slot.phone.store.load();
    this.render();
  }

  private remove(slot: Slot): void {
    slot.phone.put();
    this.slots = this.slots.filter((each) => each !== slot);
    this.render();
  }

  private render(): void {
    document.title = pageWord("title");
    this.toolbar.render(this.slots.length < MAX_PHONES);
    this.row.dataset["count"] = String(this.slots.length);
    for (const slot of this.slots) slot.render();
    arrange(this.row, this.slots.length ? this.slots.map((slot) => slot.root) : [this.welcome()]);
    remember("users", this.slots.map((slot) => slot.phone.person.id).join(","));
    this.listen();
  }

  private wanted(): Person[] {
    const ids = (this.boot.users || remembered("users") || "").split(",").map(Number);
    const chosen = ids.flatMap((id) => this.people.find(id) ?? []);
    const room = innerWidth < 560 ? 1 : innerWidth < 1000 ? 2 : MAX_PHONES;
    return (chosen.length ? chosen : this.people.all).slice(0, this.boot.users ? MAX_PHONES : room);
  }

  private async place(person: Person): Promise<void> {
    const deeds = {
      hand: (to: Person) => this.hand(slot, to),
      remove: () => this.remove(slot),
    };
    const slot: Slot = new Slot(this.boot, this.people, deeds, person, this.slots.length > 0);
    this.slots.push(slot);
    await slot.phone.store.load();
  }

  private listen(): void {
    this.unfollow();
    const ids = this.slots.map((slot) => slot.phone.person.id);
    if (!ids.length) return;
    let isFirst = true;
    this.unfollow = follow(ids, (news) => {
      if (news.kind === "reset") location.reload();
      if (news.kind === "hello") {
        if (!isFirst) for (const slot of this.slots) void slot.phone.store.load();
        isFirst = false;
      }
      for (const slot of this.slots) slot.phone.store.hear(news);
    }, (isLost) => this.showLost(isLost));
  }

  private showLost(isLost: boolean): void {
    this.lost.hidden = !isLost;
    this.lost.textContent = pageWord("lost");
  }

  /** A seed may bring people while nobody looks: then their phones appear by themselves. */
  private async lookOut(): Promise<void> {
    if (!this.slots.length && (await api.list()).length) location.reload();
  }

  private welcome(): HTMLElement {
    clearInterval(this.lookout);
    this.lookout = window.setInterval(() => void this.lookOut(), LOOKOUT_MS);
    const begin = async (): Promise<void> => {
      clearInterval(this.lookout);
      const first = { first_name: pageWord("first_person"), language_code: pageLanguage() };
      const person = await this.people.create(first);
      await this.place(person);
      this.render();
    };
    return make(
      "section.welcome",
      {},
      make("h2", {}, pageWord("nobody_title")),
      make("p", {}, pageWord("nobody_text")),
      make("button.big-button", { onclick: () => void begin() }, pageWord("add_person")),
    );
  }
}

