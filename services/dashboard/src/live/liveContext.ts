import { createContext, use } from "react";

import { pollInterval, type LiveStatus } from "./liveStatus";

export const LiveContext = createContext<LiveStatus>("connecting");

export const useLiveStatus = (): LiveStatus => use(LiveContext);

/** For `refetchInterval`: questions only while nothing is pushed. */
export const usePollInterval = (): number | false => pollInterval(useLiveStatus());
