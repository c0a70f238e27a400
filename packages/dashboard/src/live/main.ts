document.title = 'Kestirme';
