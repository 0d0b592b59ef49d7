// What is under the pointer in either figure: a row and, in the grid, a place.

/** `again()` asks for another frame, `take(row)` takes the doctor of a row in hand. */
export function makePointer(again, take) {
  let counts = null;
  const pointer = {
    row: null,
    place: null,

    /** Nothing is pointed at in another table. */
    follow(present) {
      if (counts !== present) pointer.row = pointer.place = null;
      counts = present;
    },

    /**
     * Listen to the pointer on an element; `at(event)` is [row, place] under it, and what is dragged
     * (`held()`) is not pointed at.
     */
    listen(node, at, held = () => false) {
      const point = ([row, place]) => {
        if (held() || (row === pointer.row && place === pointer.place)) return;
        Object.assign(pointer, { row, place });
        again();
      };
      node.addEventListener("pointermove", (event) => point(at(event)));
      node.addEventListener("pointerleave", () => point([null, null]));
      node.addEventListener("click", (event) => {
        const [row] = at(event);
        if (row !== null) take(row);
      });
    },
  };
  return pointer;
}
