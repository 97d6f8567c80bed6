/* What can be followed, as plain data: one request for everything live, so that it crosses to other processes as one. */
import type { ListenRequest } from './change-event.ts';

export type FollowRequest = ListenRequest & { readonly kind: 'changes' };
