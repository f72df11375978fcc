"""axe as the journeys hand it to the browser: the same rules and results, in half the time."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python

LIGHT = """(() => {
    class Marks {
        constructor() { this.mark = Symbol("mark"); }
        has(one) { return this.mark in one; }
        get(one) { return one[this.mark]; }
        set(one, value) { one[this.mark] = value; return this; }
        add(one) { one[this.mark] = true; return this; }
        delete(one) { return delete one[this.mark]; }
    }
    const {WeakMap, WeakSet} = window;
    window.WeakMap = window.WeakSet = Marks;
    window.giveBack = () => { Object.assign(window, {WeakMap, WeakSet}); delete window.giveBack; };
})();
"""
"""While axe loads, its private fields become properties.

It makes a dozen colours for each text of a page, with seven private fields each, and its compiler wrote every field as
a WeakMap: a third of a long page's time went into them and into clearing them away.
"""

REMEMBER = """
giveBack();
(() => {
    const known = new Map(), colour = axe.commons.color.Color.prototype, parse = colour.parseString;
    colour.parseString = function (text) {
        const same = known.get(text);
        if (same) {
            [this.r, this.g, this.b, this.alpha] = same;
        } else {
            parse.call(this, text);
            known.set(text, [this.r, this.g, this.b, this.alpha]);
        }
        return this;
    };
})();
"""
"""axe reads the same ten colours of a page thousands of times; it goes through all colour spaces for each."""

AXE = LIGHT + (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8") + REMEMBER
"""The whole script, to be run once in a page."""

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

FAULTS = """async (tags) => {
    if (!window.axe) throw new Error("axe is missing");
    const found = await axe.run(document, {
        runOnly: {type: "tag", values: tags}, resultTypes: ["violations"], elementRef: false});
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    return found.violations.map(rule => [rule.id, ...rule.nodes.slice(0, 3).map(node => node.html.slice(0, 200))])
        .concat(wide > 0 ? [["sideways scroll", wide + " px"]] : []);
}"""
FLAGS = "--js-flags=--single-threaded --no-opt --no-maglev"
"""No compiling for later: each page is a new one, and what the compilers made for it was thrown away with it."""
