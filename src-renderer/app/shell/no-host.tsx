import { KeyRound, RefreshCw, Unplug } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useClient } from '../../client/client-context.tsx';
import type { HostFailure, HostFailureReason } from '../../host/host-door.ts';
import { BrandMark } from '../../ui/brand-mark.tsx';
import { Button } from '../../ui/button.tsx';
import './no-host.css';

interface Explanation {
  readonly icon: ReactNode;
  readonly title: string;
  readonly hint: string;
  readonly act: 'retry' | 'reload';
}

const explanations: Readonly<Record<HostFailureReason, Explanation>> = {
  'no-session': {
    icon: <KeyRound size={28} strokeWidth={1.25} />,
    title: 'This browser has no key to this studio',
    hint: 'Open the address that Aurora Studio printed when it started. It ends in #token=…, another one at every start.',
    act: 'retry',
  },
  gone: {
    icon: <Unplug size={28} strokeWidth={1.25} />,
    title: 'Aurora Studio is not running',
    hint: 'Nothing answers at this address. Start it again; your tabs were saved and come back.',
    act: 'retry',
  },
  refused: {
    icon: <RefreshCw size={28} strokeWidth={1.25} />,
    title: 'Page and studio are of different versions',
    hint: 'Reload the page to get the one that belongs to the running studio.',
    act: 'reload',
  },
};

/** The whole page, when there is no host to talk to: why, and what to do. */
export function NoHost({ failure }: { readonly failure: HostFailure }) {
  const client = useClient();
  useEffect(() => {
    const tryAgain = () => void client.start();
    window.addEventListener('hashchange', tryAgain);
    return () => window.removeEventListener('hashchange', tryAgain);
  }, [client]);
  const { icon, title, hint, act } = explanations[failure.reason];
  return (
    <main className="no-host">
      <div className="no-host-brand">
        <BrandMark size={18} />
        Aurora Studio
      </div>
      <div className="no-host-body" role="alert">
        <span className="no-host-icon">{icon}</span>
        <h1 className="no-host-title">{title}</h1>
        <p className="no-host-hint">{hint}</p>
        <p className="no-host-detail">{failure.message}</p>
        {act === 'retry' ? (
          <Button look="primary" onClick={() => void client.start()}>
            Try again
          </Button>
        ) : (
          <Button look="primary" onClick={() => window.location.reload()}>
            Reload
          </Button>
        )}
      </div>
    </main>
  );
}
