// mdBook takes only scripts of its own folder.
document.head.append(Object.assign(document.createElement('script'), { src: 'https://your.host/fusebox/fusebox-sim.js' }));
