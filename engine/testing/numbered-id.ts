/** The canonical id with a number, so that ids ascend with their numbers. */
export const idOf = (number: number): string =>
  `018f0000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
