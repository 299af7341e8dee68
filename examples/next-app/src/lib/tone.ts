export const TONE = 'Be friendly and brief. Never promise what the shop does not offer.';
