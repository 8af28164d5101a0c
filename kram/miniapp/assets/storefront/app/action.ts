/** The main button, whoever draws it: what it starts never runs twice at once. */
import type { Host, MainAction } from "../host/host";

export class ActionBar {
  private action: MainAction | null = null;
  private busy = false;

  constructor(
    private readonly host: Host,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Null hides it. Nothing happens once `signal` has ended: its screen was left. */
  show(action: MainAction | null, signal?: AbortSignal): void {
    if (signal?.aborted) return;
    this.action = action;
    this.draw();
  }

  draw(): void {
    const pressed = this.action && { ...this.action, run: () => this.press() };
    this.host.showAction(pressed, this.busy);
  }

  private async press(): Promise<void> {
    if (this.busy || !this.action?.enabled) return;
    this.busy = true;
    this.draw();
    try {
      await this.action.run();
    } catch (error) {
      this.failed(error);
    } finally {
      this.busy = false;
      this.draw();
    }
  }
}
