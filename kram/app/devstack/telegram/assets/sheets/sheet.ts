/** What slides over the phone and waits for an answer. */

import type { Phone } from "../device/phone";
import { trapFocus } from "../dom/focus";
import { leave } from "../dom/leave";
import { make, type Child } from "../dom/make";

const LEAVING_MS = 240;

interface SheetLook {
  label: string;
  /** `bottom` slides up from the edge, `alert` stands in the middle. */
  look: "bottom" | "alert";
  onDismiss?: () => void;
}

export class Sheet {
  readonly panel: HTMLElement;
  private readonly shade: HTMLElement;
  private readonly release: () => void;
  private isOpen = true;

  constructor(
    private readonly phone: Phone,
    private readonly how: SheetLook,
    ...children: Child[]
  ) {
    this.panel = make(
      `div.sheet-panel`,
      { role: "dialog", "aria-modal": "true", "aria-label": how.label, tabindex: "-1" },
      ...children,
    );
    this.shade = make("div.sheet", { onclick: (event: Event) => this.onShade(event) }, this.panel);
    this.shade.dataset["look"] = how.look;
    phone.glass.append(this.shade);
    phone.sheets.push(this);
    this.release = trapFocus(this.panel);
    requestAnimationFrame(() => this.shade.classList.add("shown"));
  }

  /** Closes it as an answer does: without telling that it was dismissed. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.phone.sheets.splice(this.phone.sheets.indexOf(this), 1);
    this.shade.classList.remove("shown");
    this.release();
    leave(this.shade, LEAVING_MS);
  }

  /** Closes it without an answer: Escape, or a tap beside it. */
  dismiss(): void {
    if (!this.isOpen) return;
    this.close();
    this.how.onDismiss?.();
  }

  private onShade(event: Event): void {
    if (event.target === this.shade) this.dismiss();
  }
}
