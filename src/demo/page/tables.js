// The table and data_table blocks.
import { h } from './dom.js';
import { withCircles } from './emoji.js';
import { drawRichText } from './rich-text.js';

/** Its first row is the header; the first column names the rows. */
export function drawTable({ rows, column_settings: settings = [], caption, row_header_column_index: header = 0 }) {
  const [head = [], ...body] = rows;
  const looks = (index) =>
    `${settings[index]?.align ?? 'left'}${settings[index]?.is_wrapped === true ? ' wrapped' : ''}`;
  const cell = (content, index, isHead) => {
    const isRowHead = !isHead && index === header;
    const scope = isHead ? 'col' : isRowHead ? 'row' : undefined;
    return h(isHead || isRowHead ? 'th' : 'td', { class: looks(index), scope }, cellNode(content));
  };
  return h(
    'div',
    { class: 'block table', tabindex: 0, role: 'region', 'aria-label': caption ?? 'Table' },
    h(
      'table',
      {},
      caption === undefined ? null : h('caption', {}, caption),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          head.map((content, index) => cell(content, index, true)),
        ),
      ),
      h(
        'tbody',
        {},
        body.map((row) =>
          h(
            'tr',
            {},
            row.map((content, index) => cell(content, index, false)),
          ),
        ),
      ),
    ),
  );
}

function cellNode(content) {
  return content.type === 'rich_text' ? drawRichText(content) : withCircles(content.text);
}
