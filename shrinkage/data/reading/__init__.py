"""A reader's own table: from a file as offices keep it to checked counts, or a refusal.

The steps, a module each, under the same names in the browser where it has them:

- `files`, `encodings`: from bytes to records (CSV, workbook, Parquet, HTML; UTF-8 and others);
- `text`: the separator, and each row's cells;
- `grid`: the columns; `header`, `footnotes`: where they begin and end;
- `headings`: what a heading means, by its words, which are in `rules.json` (`rules`), and by those
  around them (`qualifiers`);
- `roles`, `proposal`: which column has which role: stated, the course's own, or proposed, if the
  `values` below a heading agree with it; `options`: how it is stated; `layouts`: whether a row is a
  unit or a patient;
- `numbers`, `brackets`, `withheld`: thousands and decimals; '8 (3.6 %)'; missing and suppressed
  values;
- `patients`: a row a patient;
- `counts`: a row a unit, with `rates` (counts from percents) and `expected` (by a model);
- `totals`, `aggregates`, `sums`, `subtraction`: rows that are sums of others, by their names and by
  their numbers, and what they say of withheld counts;
- `strata`, `overlaps`, `names`, `doubts`: several rows a unit and what speaks against their sum,
  names that are alike, and what else may be wrong;
- `outcomes`: puts them together; `load`: in Python, with its arguments in the place of the
  command's options; `result`, what is returned; `problems`, the errors and the notes.
"""

from shrinkage.data.reading.load import load_outcomes
from shrinkage.data.reading.options import parse_option
from shrinkage.data.reading.problems import ColumnsError, Note, OutcomesError, Proposal
from shrinkage.data.reading.result import Outcomes, count_by_doctor

__all__ = [
    "ColumnsError",
    "Note",
    "Outcomes",
    "OutcomesError",
    "Proposal",
    "count_by_doctor",
    "load_outcomes",
    "parse_option",
]
