import { Unplug } from 'lucide-react';
import { useClient, useConnection } from '../../client/client-context.tsx';
import { Button } from '../../ui/button.tsx';
import './connection-banner.css';

/** Failures after which the banner says that the host itself seems gone. */
const failuresUntilGone = 4;

/** Stands over the page while the connection is lost. What is on screen stays; what is typed is kept. */
export function ConnectionBanner() {
  const client = useClient();
  const connection = useConnection();
  if (connection.kind !== 'lost') return null;
  return (
    <div className="connection-banner" role="alert">
      <Unplug size={14} aria-hidden />
      <span>Connection lost · reconnecting</span>
      {connection.failures >= failuresUntilGone && (
        <span className="connection-banner-more">
          The host does not answer. Start it again; your tabs are kept here.
        </span>
      )}
      <Button look="quiet" onClick={() => client.retryNow()}>
        Try now
      </Button>
    </div>
  );
}
