/** A short list of things to do, from the bottom of the phone. */

import type { Phone } from "../device/phone";
import { icon, type IconName } from "../dom/icons";
import { make } from "../dom/make";
import { Sheet } from "./sheet";

export interface Deed {
  text: string;
  sign: IconName;
  act: () => unknown;
  danger?: boolean;
}

export function chooseDeed(phone: Phone, label: string, deeds: Deed[]): void {
  const items = deeds.map((deed) =>
    make(
      "button.deed",
      {
        "data-danger": deed.danger ?? false,
        onclick: () => {
          sheet.close();
          void deed.act();
        },
      },
      icon(deed.sign, 22),
      make("span", {}, deed.text),
    ),
  );
  const cancel = make("button.deed-cancel", { onclick: () => sheet.dismiss() }, phone.word("cancel"));
  const sheet: Sheet = new Sheet(
    phone,
    { label, look: "bottom" },
    make("div.deeds", {}, ...items),
    cancel,
  );
}
