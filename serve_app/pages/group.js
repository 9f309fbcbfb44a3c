// One text in several voices: a row of players, heard by turns.

import { playAll, swapAmong, swapTo } from "./compare.js";
import { find, icon, make } from "./dom.js";
import { languageTag } from "./words.js";

export class Group {
  /** @param {object} entry any of the group: they differ by their voice alone */
  constructor(entry, owner) {
    this.cards = [];
    this.said = make("p", { class: "said", lang: languageTag(entry.body.language), dir: "auto" }, entry.body.text);
    this.rows = make("ol", { class: "rows" });
    this.all = make("button", { type: "button", class: "quiet", onclick: () => this.playAll() }, icon("play"), "Play all");
    this.hint = make("p", { class: "fine keys" }, make("kbd", {}, "1"), "–", make("kbd", {}, "9"), " a voice, ",
      make("kbd", {}, "X"), " the next one, at the same word");
    this.element = make("li", { class: "group" }, this.said, this.rows,
      make("div", { class: "group-foot" }, this.all, this.hint));
    this.owner = owner;
    this.show();
  }

  take(card, last) {
    if (last) {
      this.cards.push(card);
      this.rows.append(card.element);
    } else {
      this.cards.unshift(card); // the list goes back in time
      this.rows.prepend(card.element);
    }
    this.show();
  }

  /** Whether nothing is left of it. */
  lose(card) {
    this.cards = this.cards.filter((one) => one !== card);
    if (!this.cards.length) this.element.remove();
    this.show();
    return !this.cards.length;
  }

  /** How many can be heard decides what is offered. */
  show() {
    const ready = this.players().length > 1;
    this.all.hidden = !ready;
    this.hint.hidden = !ready;
  }

  players() {
    return this.cards.map(({ player }) => player).filter(Boolean);
  }

  playAll() {
    playAll(this.players()).catch((error) => this.cards[0]?.failPlaying(error));
  }

  swap(by) {
    swapAmong(this.players(), by).catch((error) => this.cards[0]?.failPlaying(error));
  }

  swapTo(index) {
    if (this.players()[index]) swapTo(this.players(), index).catch((error) => this.cards[index].failPlaying(error));
  }

  focus() {
    find("button", this.rows)?.focus();
  }
}
