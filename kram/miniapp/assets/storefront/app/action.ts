/** The main button, whoever draws it: it never runs twice at once. */
import type { Host, MainAction } from "../host/host";

export class ActionBar {
  private action: MainAction | null = null;
  private busy = false;

  constructor(
    private readonly host: Host,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** `signal` ends with the screen that shows it. */
  show(action: MainAction | null, signal?: AbortSignal): void {
    if (signal?.aborted) return;
    this.action = action && { ...action, run: () => this.press() };
    this.pressed = action;
    this.draw();
  }

  redraw(): void {
    this.draw();
  }

  private pressed: MainAction | null = null;

  private async press(): Promise<void> {
    const action = this.pressed;
    if (this.busy || !action?.enabled) return;
    this.busy = true;
    this.draw();
    try {
      await action.run();
    } catch (error) {
      this.failed(error);
    } finally {
      this.busy = false;
      this.draw();
    }
  }

  private draw(): void {
    this.host.showAction(this.action, this.busy);
  }
}
