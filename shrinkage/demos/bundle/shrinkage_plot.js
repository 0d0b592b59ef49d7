// Generated from shrinkage/demos/js/shrinkage_plot by `make demos`; do not edit.
// Contains modules of D3, copyright Mike Bostock, ISC licence (https://d3js.org).
var vt=.5*Math.log(2*Math.PI);function $o(e,t,n){if(!e.length||e.length!==t.length)throw new RangeError(`successes and trials must be two lists of the same length, one entry a doctor; found ${e.length} and ${t.length}.`);for(let o=0;o<e.length;o++){let r=t[o],[s,i]=n?.[o]??[0,0],a=s<i?s:e[o];if(!(Number.isInteger(a)&&Number.isInteger(r)&&0<=a&&a<=r))throw new RangeError(`successes and trials must be whole numbers with 0 <= successes <= trials; doctor ${o} has ${a} successes in ${r} trials.`)}}function Ao(e,t){if(e.length!==t.length)throw new RangeError(`expected must have one entry a doctor; found ${e.length} for ${t.length} doctors.`);for(let n=0;n<t.length;n++)if(t[n]&&!(0<e[n]&&e[n]<t[n]))throw new RangeError(`expected must lie between 0 and trials, both excluded; doctor ${n} has ${e[n]} expected in ${t[n]} trials.`)}function _o(e,t){if(e.length!==t.length)throw new RangeError(`bounds must have one pair, fewest and most, a doctor; found ${e.length} for ${t.length} doctors.`);for(let n=0;n<t.length;n++){let[o,r]=e[n];if(!(Number.isInteger(o)&&Number.isInteger(r)&&0<=o&&o<=r&&r<=t[n]))throw new RangeError(`bounds must be whole numbers with 0 <= fewest <= most <= trials; doctor ${n} has ${o} to ${r} in ${t[n]} trials.`)}}function ko({mu_loc:e=0,mu_scale:t=1.5,sigma_scale:n=1,sigma_pop:o=null}){if(!Number.isFinite(e))throw new RangeError(`mu_loc must be a finite number, found ${e}.`);for(let[r,s]of Object.entries({mu_scale:t,sigma_scale:n}))if(!(s>0&&s<1/0))throw new RangeError(`${r} must be a positive number, found ${s}.`);if(o!==null&&!(o>=0&&o<1/0))throw new RangeError(`sigma_pop must be zero or a positive number, found ${o}; leave it out to let the data decide.`);return{mu_loc:e,mu_scale:t,sigma_scale:n,sigma_pop:o}}var Eo=(e,t)=>Object.keys(e).every(n=>e[n]===t[n]);function Jt({mu_loc:e,mu_scale:t},n){let o=(n-e)/t;return-.5*o*o-Math.log(t)-vt}function Oo({sigma_scale:e},t){let n=t/e;return-.5*n*n-Math.log(e)-vt+Math.LN2}var Mt=e=>1/(1+Math.exp(-e)),It=e=>Math.log(e/(1-e));var Oe=va();function va(){let e=new Float64Array(18432),t=n=>Math.max(n,0)+Math.log1p(Math.exp(-Math.abs(n)));for(let n=0;n<e.length/4;n++){let[o,r]=[n/64-36,(n+1)/64-36],[s,i]=[Mt(o)/64,Mt(r)/64],a=t(r)-t(o);e.set([t(o),s,3*a-2*s-i,s+i-2*a],4*n)}return e}function Y(e,t){if(!(e<36))return t[0]=1-Math.exp(-e),e;if(!(e>-36))return t[0]=Math.exp(e),t[0];let n=(e+36)*64,o=n|0,r=n-o,s=4*o,i=Oe[s+1],a=Oe[s+2],c=Oe[s+3];return t[0]=64*(i+r*(2*a+3*c*r)),Oe[s]+r*(i+r*(a+c*r))}var ut=(e,t,n)=>e?e.log(n):t*n;function st(e,t,n){let o=t*n*(1-n);return e?Math.max(o-e.variance,0):o}function fe({s:e,n:t,offset:n,allowed:o},r,s,i){let a=s+n[r];return ut(o[r],e[r],a)-t[r]*Y(a,i)}var Ne=.01,No=100,Ma=.7,So=e=>e>Ma?Math.log1p(e)/e:1;function me({rough:e,precision:t},n,o,r){let s=r*t[n];return(e[n]-o)*s/(1+r*s)}function Tt(e,t,n,o,r,s,i){for(let a=0;a<No;a++){let c=o+r*s;Y(c,i),n?.log(c);let l=r*((n?n.mean:e)-t*i[0])-s,u=1+r*r*st(n,t,i[0]);if(l*l<Ne*Ne*u)break;let f=l/u;s+=So(Math.abs(r*f))*f}return s}var Fe=0,Se=1,he=2,fn=3,Re=class{#t;#e;#o;#n;#r;#s=new Float64Array(1);constructor(t,n){this.#t=t,this.#e=n,this.#o=new Float64Array(t.known),this.#n=new Float64Array(t.known),this.#r=new Float64Array(t.known)}ofEverything(t,n,o){let{known:r}=this.#t,s=this.#a(t);for(let i=0;i<r;i++)n[i]=me(this.#t,i,s,t);for(let i=0;i<No;i++){this.#i(s,t,n,o);let a=o[Se]/o[he],c=a*a*o[he],l=0;for(let f=0;f<r;f++){let h=this.#o[f]/this.#n[f]-this.#r[f]*a;this.#o[f]=h,c=Math.max(c,h*h*this.#n[f]),l=Math.max(l,Math.abs(a+t*h))}if(c<Ne*Ne)break;let u=So(l);s+=u*a;for(let f=0;f<r;f++)n[f]+=u*this.#o[f]}this.profile(s,t,n,o),o[fn]=s}profile(t,n,o,r){let{s,n:i,offset:a,allowed:c,copies:l,known:u}=this.#t,f=this.#s,h=Jt(this.#e,t),m=1;for(let d=0;d<u;d++){let p=c[d];o[d]=Tt(s[d],i[d],p,t+a[d],n,o[d],f);let g=t+a[d]+n*o[d],w=ut(p,s[d],g)-i[d]*Y(g,f);h+=l[d]*(w-.5*o[d]*o[d]);let x=1+n*n*st(p,i[d],f[0]);l[d]===1?m*=x:h-=.5*l[d]*Math.log(x),m>1e200&&(h-=.5*Math.log(m),m=1)}this.#i(t,n,o,r),r[Fe]=h-.5*Math.log(m)}#i(t,n,o,r){let{s,n:i,offset:a,allowed:c,copies:l,known:u}=this.#t,{mu_loc:f,mu_scale:h}=this.#e,m=this.#s,d=n*n,p=1/(h*h),g=-(t-f)*p,w=0;for(let x=0;x<u;x++){let y=t+a[x]+n*o[x];Y(y,m);let b=c[x];b?.log(y);let A=st(b,i[x],m[0]),M=1+d*A,$=A/M,_=(b?b.mean:s[x])-i[x]*m[0],O=n*_-o[x];this.#o[x]=O,this.#n[x]=M,this.#r[x]=n*$,p+=l[x]*$,g+=l[x]*(_-n*$*O),w-=l[x]*$*(.5-m[0])/M}r[Se]=g+d*w,r[he]=p}#a(t){let{rough:n,precision:o,copies:r,known:s}=this.#t,i=1/(this.#e.mu_scale*this.#e.mu_scale),a=i*this.#e.mu_loc;for(let c=0;c<s;c++){let l=r[c]/(1/Math.max(o[c],1e-12)+t*t);i+=l,a+=l*n[c]}return a/i}};function de(e){let t=new Map;return n=>(t.has(n)||t.set(n,e(n)),t.get(n))}var Ct=de(e=>{let t=Float64Array.from({length:e},(r,s)=>s/Math.sqrt(4*s*s-1)),{x:n,weight:o}=hn(new Float64Array(e),t);return{x:n.map(r=>.5*(1+r)),weight:o}}),Ie=de(e=>{let{x:t,weight:n}=hn(new Float64Array(e),Float64Array.from({length:e},(r,s)=>Math.sqrt(s))),o=Math.sqrt(2*Math.PI);return{x:t,weight:n.map((r,s)=>o*r*Math.exp(.5*t[s]*t[s]))}});function Ro(e,t,n){let[o,r,s]=[0,0,0];e.forEach((d,p)=>{o+=t[p],r+=t[p]*d}),r/=o,e.forEach((d,p)=>s+=t[p]*(d-r)**2);let i=Math.sqrt(s/o),a=e.map(d=>(d-r)/i),c=new Float64Array(n),l=new Float64Array(n),u=new Float64Array(a.length),f=new Float64Array(a.length).fill(1),h=o;for(let d=0;d<n;d++){let[p,g]=[0,0];for(let y=0;y<a.length;y++)p+=t[y]*f[y]*f[y],g+=t[y]*a[y]*f[y]*f[y];let w=d?p/h:0;c[d]=g/p,l[d]=Math.sqrt(w);let x=a.map((y,b)=>(y-c[d])*f[b]-w*u[b]);[u,f,h]=[f,x,p]}let m=hn(c,l);return{x:m.x.map(d=>r+i*d),weight:m.weight.map(d=>o*d)}}function hn(e,t){let n=e.length,o=Float64Array.from(e),r=new Float64Array(n);r.set(t.subarray(1));let s=new Float64Array(n);s[0]=1;for(let a=0;a<n;a++)for(let c=0;c<60;c++){let l=a;for(;l<n-1&&Math.abs(r[l])>1e-16*(Math.abs(o[l])+Math.abs(o[l+1])+1);)l++;if(l===a)break;$a(o,r,s,a,l)}let i=Array.from(o.keys()).sort((a,c)=>o[a]-o[c]);return{x:Float64Array.from(i,a=>o[a]),weight:Float64Array.from(i,a=>s[a]*s[a])}}function $a(e,t,n,o,r){let s=(e[o+1]-e[o])/(2*t[o]);s=e[r]-e[o]+t[o]/(s+Math.sign(s||1)*Math.hypot(s,1));let[i,a,c]=[1,1,0];for(let l=r-1;l>=o;l--){let u=i*t[l],f=a*t[l],h=Math.hypot(u,s);t[l+1]=h,i=h?u/h:0,a=h?s/h:1,s=e[l+1]-c;let m=(e[l]-s)*i+2*a*f;c=i*m,e[l+1]=s+c,s=a*m-f;let d=n[l+1];n[l+1]=i*n[l]+a*d,n[l]=a*n[l]-i*d}e[o]-=c,t[o]=s,t[r]=0}var mn=de(e=>{let{x:t}=Ct(e),n=new Float64Array(e*e);for(let o=0;o<e;o++){let r=new Float64Array(e);r[0]=1,t.forEach((s,i)=>{if(i===o)return;let a=2*(t[o]-s);for(let c=e-1;c>=0;c--)r[c]=((c?r[c-1]:0)-(2*s-1)*r[c])/a});for(let s=0;s<e;s++)n[s*e+o]=r[s]}return n}),Fo=de(e=>{let{x:t}=Ct(e),n=mn(e),o=new Float64Array(e*e);for(let r=0;r<e;r++)for(let s=0;s<e;s++){let a=((2*t[r]-1)**(s+1)-(-1)**(s+1))/(2*(s+1));for(let c=0;c<e;c++)o[r*e+c]+=a*n[s*e+c]}return o}),dn=de(e=>{let t=Float64Array.from({length:e},(n,o)=>Math.PI*(o+.5)/e);return{x:t.map(n=>-Math.cos(n)),weight:t.map((n,o)=>(o%2?-1:1)*Math.sin(n))}});function Io(e,t){let{x:n,weight:o}=dn(e),r=new Float64Array(t.length*e);for(let s=0;s<t.length;s++){let i=0;for(let a=0;a<e;a++){let c=o[a]/(t[s]-n[a]||1e-300);r[s*e+a]=c,i+=c}for(let a=0;a<e;a++)r[s*e+a]/=i}return r}var pn=Float64Array.of(251/720,299/240,211/240,739/720);function Te(e,t,n){let o=e.length-1,r=u=>t?t*e[u]:e[0],[s,i,a,c,l]=[r(2),r(1),e[0],e[1],e[Math.min(2,o)]];n[0]=0;for(let u=1;u<=o;u++){let f=e[Math.min(u+2,o)],h=(802*(a+c)-93*(i+l)+11*(s+f))/1440;n[u]=n[u-1]+Math.max(h,0),s=i,i=a,a=c,c=l,l=f}}function To(e,t,n,o){let r=Math.min(Math.max(Math.floor(o)-2,0),n-6),s=o-r,i=s-1,a=s-2,c=s-3,l=s-4,u=s-5,f=t+r,h=s*i,m=h*a,d=l*u,p=c*d;return-i*a*p*e[f]/120+s*a*p*e[f+1]/24-h*p*e[f+2]/12+m*d*e[f+3]/12-m*c*u*e[f+4]/24+m*c*l*e[f+5]/120}function Ce(e,t,n){let o=Math.floor(t)-n/2+1,r=Math.min(Math.max(o,0),e.length-n),s=0;for(let i=0;i<n;i++){let a=e[r+i];for(let c=0;c<n;c++)c!==i&&(a*=(t-r-c)/(i-c));s+=a}return s}var $t=14,Pt=Math.sqrt(2*$t),Aa=2,pe=15,gn=1.5,_a=.16,ka=.4,Co=7,Lt=0,Xt=1,Qt=3,X=5;function ge(e,t,n,o,r,s,i,a,c){for(let l=0;l<2;l++){let u=s+a,f=o+r*u,h=ut(n,e,f)-t*Y(f,c),m=i-$t-(h-.5*u*u);if(Math.abs(m)<Aa)break;a+=m/(r*((n?n.mean:e)-t*c[0])-u),a=Math.min(Math.max(a,-Pt),Pt)}return a}var Ea={x:Float64Array.from({length:pe},(e,t)=>t/(pe-1)),weight:new Float64Array(pe).fill(1/(pe-1))},Lo=e=>({x:new Float64Array(e),weight:new Float64Array(e)}),te=class{#t=new Float64Array(1);#e=new Float64Array(5);#o=Lo(64);#n=new Float64Array(X);integrate({s:t,n,offset:o,allowed:r,rough:s},i,a,c,l,u){if(r[i])return this.#r(r[i],o[i],a,c,l,u);let f=this.#t,h=this.#e,m=a+o[i],d=m+c*l,p=t[i]*d-n[i]*Y(d,f)-.5*l*l,g=f[0],w=1/Math.sqrt(1+c*c*n[i]*g*(1-g));if(c*w<ka)this.#a(t[i],n[i],g,m,c,l,p,0,w,Ie(Co),Co);else{let x=ge(t[i],n[i],null,m,c,l,p,-Pt*w,f),y=ge(t[i],n[i],null,m,c,l,p,Pt*w,f);if(c>gn){let b=this.#i((s[i]-a)/c-l,x,y,c);this.#a(t[i],n[i],g,m,c,l,p,0,1,this.#o,b)}else this.#a(t[i],n[i],g,m,c,l,p,x,y-x,Ea,pe)}u[Lt]=p+Math.log(h[0])-vt,this.#s(Xt,g,u),this.#s(Qt,a+c*l,u)}#r(t,n,o,r,s,i){let{n:a,fewest:c,most:l}=t,u=this.#n,f={s:[0],n:[a],offset:[n],allowed:[null],rough:[0]},[h,m]=[-1/0,0];i.fill(0);for(let d=c;d<=l;d++){s=Tt(d,a,null,o+n,r,s,this.#t),f.s[0]=d,f.rough[0]=Math.log((d+.5)/(a-d+.5))-n,this.integrate(f,0,o,r,s,u);let p=u[Lt]+t.logBinomial(d),g=p>h?Math.exp(h-p):1;h=Math.max(h,p);let w=Math.exp(p-h),x=m*g;m=x+w;for(let y of[Xt,Qt]){let b=u[y]-i[y];i[y]+=b*w/m,i[y+1]+=(u[y+1]-i[y+1])*w/m,i[y+1]+=b*b*w*x/(m*m)}}i[Lt]=h+Math.log(m)}#s(t,n,o){let r=this.#e,s=r[t]/r[0];o[t]=n+s,o[t+1]=Math.max(r[t+1]/r[0]-s*s,0)}#i(t,n,o,r){let s=Math.min(Math.max(t,n),o),i=Math.asinh(r*(n-s)),a=Math.asinh(r*(o-s))-i,c=Math.ceil(a/_a)+1;c>this.#o.x.length&&(this.#o=Lo(2*c));let{x:l,weight:u}=this.#o,f=a/(c-1),h=Math.exp(i),m=Math.exp(f);for(let d=0;d<c;d++)l[d]=s+.5*(h-1/h)/r,u[d]=.5*f*(h+1/h)/r,h*=m;return c}#a(t,n,o,r,s,i,a,c,l,{x:u,weight:f},h){let m=this.#t,d=0,p=0,g=0,w=0,x=0;for(let b=0;b<h;b++){let A=i+c+l*u[b],M=s*(c+l*u[b]),$=r+s*A,_=f[b]*Math.exp(t*$-n*Y($,m)-.5*A*A-a),O=m[0]-o;d+=_,w+=_*M,x+=_*M*M,_*=O,p+=_,g+=_*O}let y=this.#e;y[0]=l*d,y[Xt]=l*p,y[Xt+1]=l*g,y[Qt]=l*w,y[Qt+1]=l*x}};var Oa=7,Na=16,Sa=24,Ra=20,Po=5,Fa=5,Do={few:24,many:17},Ia=.6,Ta=.4,Ca=1e-6,La=3e-6,Pa=.5,Da=.8;function jo({isStep:e,copies:t}){let n=t.reduce((o,r)=>o+r,0);return t.reduce((o,r,s)=>o+(e[s]?r:0),0)/n}var wn=e=>jo(e)===1,Wo=e=>wn(e)?Ra:$t;function Ua(e,{sigma_pop:t,mu_scale:n}){let o=wn(e);return o&&n>Po?Sa:o||n>Po||t>Fa?Na:Oa}function ja(e){return e.known<10||wn(e)?Do.few:Do.many}function qo(e,t,n,o,r){let s=new Re(e,t),i=t.sigma_pop===null?qa(s,e,t,o,r):{...zo(s,e,[t.sigma_pop]),logWeight:[0],t:null,scale:1},{t:a,scale:c,sigma:l,logWeight:u,mode:f}=i,h=l.map((g,w)=>Uo(s,i,w,-1,n,t)),m=l.map((g,w)=>Uo(s,i,w,1,n,t)),d=Ua(e,t),p=e.allowed.some(Boolean)?Pa:Math.PI;return Bo({prior:t,drop:n,t:a,scale:c,sigma:l,logWeight:u,side:d,near:p},h,f,m)}function Bo(e,t,n,o){let{sigma:r,side:s}=e,i=2*s,a=new Float64Array(r.length*i),c=new Float64Array(r.length*i),l=[];for(let u=0;u<r.length;u++)xn(Ct(s),t[u],n[u],o[u],a,c,u*i),l.push(Ba(t[u],o[u],r[u],e.near,a.slice(u*i,(u+1)*i)));return{...e,mode:n,low:t,high:o,mu:a,weight:c,nodes:i,samples:l}}function Ho(e,t,n){let{nodes:o,drop:r}=e,[s,i,a]=[e.low.slice(),e.mode.slice(),e.high.slice()],c=!1;for(let l=0;l<n.length;l++){let u=t.slice(l*o,(l+1)*o),f=Math.max(...u),h=f-r,m=Math.max(u[0],u[o-1])<f-Ia*r,d=u.findIndex(w=>w>h),p=u.findLastIndex(w=>w>h);if(m&&p-d>=Ta*o)continue;c||=n[l]>Ca;let g=w=>e.mu[l*o+w];s[l]=d>0?g(d-1):2*e.low[l]-e.mode[l],a[l]=p<o-1?g(p+1):2*e.high[l]-e.mode[l],i[l]=g(u.indexOf(f))}return c?Bo(e,s,i,a):null}function xn(e,t,n,o,r,s,i){let a=e.x.length;for(let c=0;c<a;c++)r[i+c]=t+(n-t)*e.x[c],s[i+c]=(n-t)*e.weight[c],r[i+a+c]=n+(o-n)*e.x[c],s[i+a+c]=(o-n)*e.weight[c]}var ft=({low:e,high:t,drop:n},o)=>(t[o]-e[o])/Math.sqrt(8*n),Go=({t:e},t)=>e===null||e[0]>0||t>=pn.length?1:pn[t]*(t?1:2);function zo(e,{known:t},n){let o=Float64Array.from(n),[r,s,i]=[o.slice(),o.slice(),o.slice()],a=Array.from(o,()=>new Float64Array(t)),c=new Float64Array(4);for(let l=0;l<o.length;l++)e.ofEverything(o[l],a[l],c),r[l]=c[fn],s[l]=c[Fe],i[l]=c[he];return{sigma:o,mode:r,height:s,bend:i,z:a}}function Wa(e,t,{sigma:n,mode:o,height:r,z:s}){if(jo(e)<Da)return r;let i=new te,a=new Float64Array(X);return n.map((c,l)=>{let u=Jt(t,o[l]);for(let f=0;f<e.known;f++)i.integrate(e,f,o[l],c,s[l][f],a),u+=e.copies[f]*a[Lt];return u})}function qa(e,t,n,o,r){let s=0;t.precision.forEach((h,m)=>s+=t.copies[m]*h*h);let{sigma_scale:i,mu_scale:a}=n,c=Math.min(1/Math.max(s**.25,1e-6),i,a),l=r*ja(t),u=0,f=Math.asinh(6*i/c);for(let h=0;;h++){let m=(f-u)/(l-1),d=Float64Array.from({length:l},(M,$)=>u+m*$),p=zo(e,t,d.map(M=>c*Math.sinh(M))),g=p.sigma.map((M,$)=>Oo(n,M)+Math.log(Math.cosh(d[$]))),w=Wa(t,n,p),x=g.map((M,$)=>M+w[$]-.5*Math.log(p.bend[$])),y=Math.max(...x)-o;if(x[l-1]>y&&h<20){f+=Math.LN2;continue}let b=Math.max(x.findIndex(M=>M>y)-1,0),A=Math.min(x.findLastIndex(M=>M>y)+1,l-1);if(A-b>.7*l||h>20){let M=_=>_===0||_===l-1?.5:1,$=g.map((_,O)=>_+Math.log(c*m*M(O)));return{...p,logWeight:$,t:d,scale:c}}[u,f]=[d[b],d[A]]}}function Uo(e,{sigma:t,mode:n,height:o,bend:r,z:s},i,a,c,{mu_scale:l}){let u=Math.sqrt(2*c),f=u*l,h=s[i].slice(),m=new Float64Array(4),d=Math.min(u/Math.sqrt(r[i]),f),p=0,g=1/0;for(let w=0;w<8;w++){e.profile(n[i]+a*d,t[i],h,m);let x=o[i]-c-m[Fe];if(Math.abs(x)<2)break;x>0?g=d:p=d;let y=d+a*x/m[Se];if(y>p&&y<g||(y=g<1/0?.5*(p+g):2*d),d===f&&y>d)break;d=Math.min(y,f)}return n[i]+a*d}function Ba(e,t,n,o,r){let s=.5*(t-e),i=o+2.5*n,a=Math.max(Math.ceil(-Math.log(La)/Math.asinh(i/s)),5);if(a>=r.length-2)return{at:r,toNodes:null};let c=dn(a).x.map(u=>e+s*(1+u)),l=r.map(u=>(u-e)/s-1);return{at:c,toNodes:Io(a,l)}}var ht=class{constructor(t,n){this.centre=t,this.width=n}at(t){return this.centre+this.width*Math.sinh(t)}slope(t){return this.width*Math.cosh(t)}place(t){let n=(t-this.centre)/this.width,o=Math.sqrt(n*n+1);return n<0?-Math.log(o-n):Math.log(o+n)}},At=class{#t;#e;#o;#n;#r;constructor(t,n,o,r,{mean:s,sd:i,even:a=!1}){this.mean=s,this.sd=i,this.#t=t,this.#e=n,this.#o=o,this.#n=r,this.#r=new Float64Array(r.length),Te(r,a?1:0,this.#r)}get x(){return this.#n.map((t,n)=>this.#t.at(this.#e+n*this.#o))}get density(){let t=this.#r.at(-1)*this.#o;return this.#n.map((n,o)=>n/t/this.#t.slope(this.#e+o*this.#o))}moments(t){let[n,o,r]=[0,0,0],s=this.x.map(t),i=s[s.length>>1];this.#n.forEach((c,l)=>{let u=s[l]-i;n+=c,o+=c*u,r+=c*u*u});let a=o/n;return{mean:i+a,sd:Math.sqrt(Math.max(r/n-a*a,0))}}quantile(t){let n=this.#r,o=t*n.at(-1),r=0,s=n.length-1;for(;s-r>1;){let c=r+s>>1;n[c]<=o?r=c:s=c}let[i,a]=[0,1];for(let c=0;c<30;c++){let l=.5*(i+a);this.#s(r,l)<o?i=l:a=l}return this.#t.at(this.#e+(r+i)*this.#o)}interval(t=.95){return[this.quantile((1-t)/2),this.quantile((1+t)/2)]}cdf(t){let n=(this.#t.place(t)-this.#e)/this.#o;if(!(n>0))return 0;if(n>=this.#n.length-1)return 1;let o=Math.floor(n);return Math.min(Math.max(this.#s(o,n-o)/this.#r.at(-1),0),1)}#s(t,n){let o=this.#r,r=o[t+1]-o[t],s=this.#n[t],i=this.#n[t+1];return o[t]+n*(s+n*(3*r-2*s-i+n*(s+i-2*r)))}};var Qo=1e-9,Vo=[1,1.5,2.5],Ko=[1,2,4],Ha=.1,Ga=.02,yn=6,za=3,Va=8;function tr(e,t,n){let o=Ya(e,t);if(n&&Eo(t,n.grid.prior)&&!o){let a=vn(e,n.grid,bn(n.grid,e,n));if(ic(a))return a}let r=Wo(e),[s,i]=[0,o?1:0];for(;;){let a=Za(e,qo(e,t,r,Vo[s]*r,Ko[i]));if(oc(a,r)&&s<Vo.length-1)s++;else if(!er(a)&&i<Ko.length-1)i++;else return a}}var Ka=4;function Ya({s:e,n:t,copies:n,reference:o},{mu_loc:r,mu_scale:s}){let i=u=>u.reduce((f,h,m)=>f+n[m]*h,0),[a,c]=[i(e),i(t)],l=Math.log((a+.5)/(c-a+.5))-o;return Math.abs(l-r)>Ka*s}function Za(e,t){let n=vn(e,t,bn(t,e));for(let o=0;o<Va;o++){let r=Ho(n.grid,n.logDensity,n.mass);if(!r)break;n=vn(e,r,bn(r,e))}return n}function bn(e,t,n){let o=new Map(n?.doctors.keys.map((i,a)=>[i,a])),r=Int32Array.from(t.keys,i=>o.get(i)??-1),s=new te;return e.samples.map(({at:i},a)=>{let c=new Float64Array(i.length*t.size*X),l=n?.integrals[a];for(let u=0;u<t.size;u++)r[u]<0?Ja(t,u,i,e.sigma[a],s,c):Xa(l,n.doctors.size,r[u],c,t.size,u,i.length);return c})}function Ja(e,t,n,o,r,s){let{size:i}=e,[a,c,l]=[e.s[t],e.n[t],e.allowed[t]],u=e.offset[t],f=new Float64Array(1),h=new Float64Array(X),m=me(e,t,n[0],o);for(let d=0;d<n.length;d++){m=Tt(a,c,l,n[d]+u,o,m,f),r.integrate(e,t,n[d],o,m,h);let p=(d*i+t)*X;for(let g=0;g<X;g++)s[p+g]=h[g]}}function Xa(e,t,n,o,r,s,i){for(let a=0;a<i;a++)for(let c=0;c<X;c++)o[(a*r+s)*X+c]=e[(a*t+n)*X+c]}function vn(e,t,n){let o=Qa(t,n,e.size),r=tc(t,o,e),s=-1/0;for(let h of r)h>s&&(s=h);let i=0,a=new Float64Array(r.length);for(let h=0;h<a.length;h++)a[h]=Math.exp(r[h]-s),i+=a[h];let c=new Float64Array(t.sigma.length);for(let h=0;h<a.length;h++)a[h]/=i,c[h/t.nodes|0]+=a[h];let l=s+Math.log(i),u=r.map((h,m)=>h-Math.log(t.weight[m])-l),f=ec(e,t,n,a);return{doctors:e,grid:t,integrals:n,logZ:o,logDensity:u,share:a,mass:c,logEvidence:l,...f}}function Qa({samples:e,nodes:t},n,o){let r=new Float64Array(e.length*t*o);return e.forEach(({at:s,toNodes:i},a)=>{let c=n[a];for(let l=0;l<t;l++)for(let u=0;u<s.length;u++){let f=i?i[l*s.length+u]:u===l?1:0;if(f===0)continue;let h=(a*t+l)*o,m=u*o;for(let d=0;d<o;d++)r[h+d]+=f*c[(m+d)*X+Lt]}}),r}function tc({prior:e,logWeight:t,mu:n,weight:o,nodes:r},s,{copies:i,known:a,size:c}){let l=new Float64Array(n.length);for(let u=0;u<l.length;u++){let f=t[u/r|0]+Math.log(o[u])+Jt(e,n[u]);for(let h=0;h<a;h++)f+=i[h]*s[u*c+h];l[u]=f}return l}function ec({size:e},t,n,o){let r=nc(t,o),[s,i]=Yo(Xt,e,n,r),[a,c]=Yo(Qt,e,n,r);return{mean:s,sd:i,alphaMean:a,alphaSd:c}}function nc({samples:e,nodes:t},n){return e.map(({at:o,toNodes:r},s)=>{let i=n.subarray(s*t,(s+1)*t);if(!r)return i;let a=new Float64Array(o.length);for(let c=0;c<t;c++)for(let l=0;l<o.length;l++)a[l]+=i[c]*r[c*o.length+l];return a})}function Yo(e,t,n,o){let r=new Float64Array(t),s=new Float64Array(t);return o.forEach((i,a)=>{let c=n[a];for(let l=0;l<i.length;l++)for(let u=0;u<t;u++)r[u]+=i[l]*c[(l*t+u)*X+e]}),o.forEach((i,a)=>{let c=n[a];for(let l=0;l<i.length;l++)for(let u=0;u<t;u++){let f=(l*t+u)*X+e,h=c[f]-r[u];s[u]+=i[l]*(h*h+c[f+1])}}),[r,s.map(i=>Math.sqrt(Math.max(i,0)))]}function oc({grid:e,mass:t},n){if(!e.t)return!1;let o=Math.exp(za-n)*Math.max(...t);return t.at(-1)>o||e.t[0]>0&&t[0]>o}var Zo=11,Jo=.001,rc=2,sc=.75;function ic(e){let{grid:t,logDensity:n,share:o,mass:r}=e;if(t.t&&!Xo(r.map(Math.log),Zo,t.t[0]===0)||!er(e))return!1;let{nodes:s}=t;for(let i=0;i<r.length;i++){let a=Zo+Math.min(Math.log(r[i]/Jo),0),c=n.subarray(i*s,(i+1)*s);if(!Xo(c,Math.max(a,rc)))return!1;if(!(r[i]<Jo)&&ac(t,o,i)<sc*ft(t,i))return!1}return!0}function Xo(e,t,n=!1){let o=Math.max(...e)-t;return e.at(-1)<o&&(n||e[0]<o)}function er({grid:e,mass:t}){if(!e.t||t.length<2*yn)return!0;let n=t.reduce((c,l,u)=>c+(u%2?l:0),0);if(Math.abs(n-.5)>.5*Ha)return!1;let o=t.length-1,r=e.t[0]===0?yn:0,s=t.map((c,l)=>Math.log(Math.max(c,1e-300)*(l===0||l===o?2:1))),i=[];for(let c=-r;c<=o;c+=2)i.push(s[Math.abs(c)]);let a=0;for(let c=1;c<=o;c+=2){let l=Ce(i,(c+r)/2,yn);a+=Math.abs(Math.exp(Math.min(l,0))-t[c])}return a<.5*Ga}function ac({mu:e,nodes:t},n,o){let[r,s,i]=[0,0,0];for(let a=o*t;a<(o+1)*t;a++){let c=e[a]-e[o*t];r+=n[a],s+=n[a]*c,i+=n[a]*c*c}return Math.sqrt(Math.max(i/r-(s/r)**2,0))}var Mn=10,cc=.05,Le=10,lc=1e-8;function nr({grid:e,mass:t}){let{t:n,scale:o}=e;if(!n)return null;let r=_t(t,lc),s=Math.min(Math.max(r.at(-1),r[0]+Le),n.length-1),i=Math.max(Math.min(r[0],s-Le),0),a=n[i]===0,c=p=>p===0||p===n.length-1,l=t.map((p,g)=>Math.log(Math.max(p,1e-300)*(c(g)?2:1))).slice(i,s+1),u=a?Le/2:0,f=new Float64Array(u+l.length);f.set(l,u);for(let p=0;p<u;p++)f[p]=l[u-p];let h=new ht(0,o),m=(n[1]-n[0])/Mn,d=new Float64Array(Mn*(s-i)+1);for(let p=0;p<d.length;p++)d[p]=Math.exp(Ce(f,u+p/Mn,Le));return new At(h,n[i],m,d,uc(h,n[i],m,d))}function uc(e,t,n,o){let r=t===0,s=new Float64Array(o.length),i=l=>{let u=o.map((f,h)=>f*e.at(t+h*n)**l);return Te(u,r?(-1)**l:0,s),s.at(-1)},a=i(0),c=i(1)/a;return{mean:c,sd:Math.sqrt(Math.max(i(2)/a-c*c,0)),even:r}}var _t=(e,t=Qo)=>[...e.keys()].filter(n=>e[n]>t);function $n({grid:e,mass:t},n){let o=_t(t,1e-5).reduce((r,s)=>n(s)<n(r)?s:r);return new ht(e.mode[o],n(o))}function or(e){let{grid:t,logDensity:n,share:o,mass:r}=e,{mu:s,low:i,high:a,nodes:c}=t,l=$n(e,b=>ft(t,b)),u=_t(r,1e-7),f=l.place(Math.min(...u.map(b=>i[b]))),h=l.place(Math.max(...u.map(b=>a[b]))),m=Math.ceil((h-f)/cc)+1,d=(h-f)/(m-1),p=new Float64Array(m),g=new Dt(t);for(let b of u){g.through(b,n.slice(b*c,(b+1)*c));for(let A=0;A<m;A++){let M=l.at(f+A*d);M>=i[b]&&M<=a[b]&&(p[A]+=Math.exp(g.value(M)))}}for(let b=0;b<m;b++)p[b]*=l.slope(f+b*d);let[w,x]=[0,0];for(let b=0;b<s.length;b++)w+=o[b]*(s[b]-l.centre),x+=o[b]*(s[b]-l.centre)**2;let y=Math.sqrt(Math.max(x-w*w,0));return new At(l,f,d,p,{mean:l.centre+w,sd:y})}var Dt=class{#t;#e;#o;#n;constructor(t){this.#t=t,this.#n=mn(t.side),this.#o=new Float64Array(t.nodes)}through(t,n){this.#e=t;let o=this.#t.side;for(let r=0;r<2*o;r+=o)for(let s=0;s<o;s++){let i=0;for(let a=0;a<o;a++)i+=this.#n[s*o+a]*n[r+a];this.#o[r+s]=i}}value(t){let n=this.#t,o=n.mode[this.#e];return t<o?this.#r(0,2*(t-n.low[this.#e])/(o-n.low[this.#e])-1):this.#r(n.side,2*(t-o)/(n.high[this.#e]-o)-1)}slope(t){let n=this.#t,o=n.mode[this.#e],r=t<o,s=r?0:n.side,i=r?n.low[this.#e]:o,a=r?o:n.high[this.#e],c=2*(t-i)/(a-i)-1,l=0;for(let u=n.side-1;u>0;u--)l=l*c+u*this.#o[s+u];return 2*l/(a-i)}#r(t,n){let o=0;for(let r=t+this.#t.side-1;r>=t;r--)o=o*n+this.#o[r];return o}};var fc=.2,hc=.13,mc=5,dc=1e-7,pc=10,Ut=4,gc=1.5,rr=1.25,wc=.5,xc=7,sr=.5,Pe=1e-290;function ir(e,t,n,o){let{doctors:r,grid:s,logDensity:i,logZ:a,mass:c}=e,{nodes:l}=s,u=bc(e,t,n,o),f=_t(c),h=new Float64Array(a.length),m=new Float64Array(r.size).fill(-1/0);for(let y of f)for(let b=y*l;b<(y+1)*l;b++)for(let A=0;A<r.size;A++){let M=i[b]-a[b*r.size+A];h[b*r.size+A]=M,M>m[A]&&(m[A]=M)}let d=u.x.length,p=new Float64Array(r.size*d),g=new Float64Array(l),w=(y,b,A,M)=>{for(let _=0;_<l;_++)g[_]=h[(y*l+_)*r.size+b]-m[b];let $=$c(s,y,u);return $.add(g,A,M),$};for(let y of f)for(let b=0;b<r.size;b++)w(y,b,p,b*d);let x=new Float64Array(1);for(let y=0;y<r.size;y++){let b=p.subarray(y*d,(y+1)*d),A=Math.round((u.axis.place(e.alphaMean[y])-u.start)/u.step),M=fe(r,y,e.alphaMean[y],x),$=Math.max(fe(r,y,r.rough[y],x)-M,0)+$t;if(s.t&&Math.log(b[A])>Math.log(Pe)+$)for(let _=0;_<d;_++)b[_]=Math.log(Math.max(b[_],Pe));else yc(b,f,(_,O)=>w(_,y,O,0))}return{lattice:u,log:p}}function yc(e,t,n){let o=new Float64Array(e.length).fill(-1/0);for(let r of t){let s=n(r,new Float64Array(e.length));for(let i=0;i<o.length;i++)e[i]<=Pe&&(o[i]=kn([o[i],s.logAt(i)]))}for(let r=0;r<o.length;r++)e[r]=e[r]>Pe?Math.log(e[r]):o[r]}var ar=(e,t)=>Math.hypot(ft(e,t),e.sigma[t]);function bc(e,t,n,o){let{grid:r}=e,{centre:s,width:i}=$n(e,p=>ar(r,p)),a=new ht(s,Math.min(i,1)),c=vc(e,a);if(o&&Mc(o,a,c,t,n))return o;let l=.5*(t+n),u=a.place(l+rr*(t-l)),f=a.place(l+rr*(n-l)),h=Ut*Math.ceil(Math.max((f-u)/c+1,9)/Ut),m=(f-u)/(h-1),d=Float64Array.from({length:h},(p,g)=>a.at(u+g*m));return{axis:a,start:u,step:m,x:d,ways:[]}}function vc({grid:e,alphaMean:t,mass:n},{centre:o}){let r=l=>ar(e,l),s=Math.max(...t.map(l=>Math.abs(l-o))),i=r(n.indexOf(Math.max(...n))),a=s>mc*i?hc:fc,c=s/Math.max(..._t(n).map(r));return e.t&&c<pc?a:Math.min(a,(dc/(.16*Math.max(c,1)**2))**(1/6))}function Mc({axis:e,step:t,x:n},{centre:o,width:r},s,i,a){return t*e.slope(e.place(o))<gc*s*r&&n[0]<=i&&a<=n.at(-1)}function $c(e,t,n){return n.ways[t]??=e.sigma[t]<wc*ft(e,t)?new _n(e,t,n.x):new An(e,t,n.x),n.ways[t]}var An=class{constructor(t,n,o){let{nodes:r,sigma:s}=t;this.mu=t.mu.slice(n*r,(n+1)*r),this.weight=t.weight.slice(n*r,(n+1)*r),this.sigma=s[n],this.x=o,this.log=new Float64Array(r),this.mass=new Float64Array(r),this.rows=new Float64Array(o.length*r);for(let i=0;i<o.length;i++)for(let a=0;a<r;a++){let c=(o[i]-this.mu[a])/this.sigma,l=-.5*c*c-vt,u=(i-i%Ut)*r+a*Ut+i%Ut;this.rows[u]=this.weight[a]*Math.exp(l)/this.sigma}}add(t,n,o){let{log:r,mass:s,rows:i,x:a}=this,c=s.length;for(let l=0;l<c;l++)r[l]=t[l],s[l]=Math.exp(t[l]);for(let l=0;l<a.length;l+=Ut){let u=0,f=0,h=0,m=0;for(let d=0;d<c;d++){let p=l*c+d*Ut;u+=i[p]*s[d],f+=i[p+1]*s[d],h+=i[p+2]*s[d],m+=i[p+3]*s[d]}n[o+l]+=u,n[o+l+1]+=f,n[o+l+2]+=h,n[o+l+3]+=m}}logAt(t){let n=this.log.map((o,r)=>{let s=(this.x[t]-this.mu[r])/this.sigma;return o+Math.log(this.weight[r]/this.sigma)-.5*s*s-vt});return kn(n)}},_n=class{constructor(t,n,o){let r=Ie(t.sigma[n]===0?1:xc);this.s=n,this.x=o,this.sigma=t.sigma[n],this.z=r.x,this.log=r.weight.map((s,i)=>Math.log(s)-.5*r.x[i]*r.x[i]-vt),this.parts=new Float64Array(r.x.length),this.curve=new Dt(t),this.low=t.low[n],this.high=t.high[n]}add(t,n,o){this.curve.through(this.s,t),this.slopeLow=Math.max(this.curve.slope(this.low),0),this.slopeHigh=Math.min(this.curve.slope(this.high),0);let{x:r,parts:s}=this;for(let i=0;i<r.length;i++){this.#t(r[i]);let a=0;for(let c=0;c<s.length;c++)a+=Math.exp(s[c]);n[o+i]+=a}}logAt(t){return this.#t(this.x[t]),kn(this.parts)}#t(t){let{sigma:n,z:o,log:r,parts:s}=this,i=this.#e(t);for(let a=0;a<o.length;a++)s[a]=r[a]-i*(o[a]+.5*i)+this.#o(t+n*(i+o[a]))}#e(t){let{sigma:n}=this,o=this.slopeLow>0?-1/0:Math.min((this.low-t)/n,0),r=this.slopeHigh<0?1/0:Math.max((this.high-t)/n,0),s=0,i=n*this.#n(t);if(!(Math.abs(i)>sr))return 0;let a=Math.min(Math.max(i,o),r);for(let c=0;c<5&&a!==s;c++){let l=n*this.#n(t+n*a);if(Math.abs(l-a)<sr)break;let u=Math.min((l-i)/(a-s),0);s=a,i=l,a=Math.min(Math.max(a+(l-a)/(1-u),o),r)}return a}#o(t){let{low:n,high:o,curve:r}=this;return t<n?r.value(n)+(t-n)*this.slopeLow:t>o?r.value(o)+(t-o)*this.slopeHigh:r.value(t)}#n(t){return t<this.low?this.slopeLow:t>this.high?this.slopeHigh:this.curve.slope(t)}};function kn(e){let t=Math.max(...e),n=0;for(let o of e)n+=Math.exp(o-t);return t+Math.log(n)}var fr=2,Ac=8,cr=8,ee=121,hr=40,_c=16,En=Math.asinh(hr),mr=2*En/(ee-1),dr=Float64Array.from({length:ee},(e,t)=>Math.sinh(t*mr-En)),kc=dr.map(e=>Math.sqrt(1+e*e)),lr=e=>Math.max(hr*Math.min(e,fr),_c*e),De=class{#t;#e;#o=[];#n=new Float64Array(1);constructor(t,n){let{alphaMean:o,alphaSd:r,doctors:s,grid:i}=t,[a,c]=[1/0,-1/0];for(let u=0;u<s.size;u++)a=Math.min(a,o[u]-lr(r[u])),c=Math.max(c,o[u]+lr(r[u]));let l=n&&n.#t.grid===i;this.#t=t,this.#e=ir(t,a,c,l?n.#e.lattice:null)}marginal(t){return this.#o[t]??=this.#r(t),this.#o[t]}#r(t){let{doctors:n,alphaMean:o,alphaSd:r}=this.#t,[s,i]=[o[t],r[t]],{lattice:a}=this.#e;if(n.n[t]===0||i>=fr||i>Ac*a.axis.width)return this.#s(t,s,i);let c=new Float64Array(ee);for(let l=0;l<ee;l++)c[l]=this.#i(t,s+i*dr[l]);ur(c,(ee-1)/2);for(let l=0;l<ee;l++)c[l]=Math.exp(c[l])*kc[l];return new At(new ht(s,i),-En,mr,c,{mean:s,sd:i})}#s(t,n,o){let{axis:r,start:s,x:i,step:a}=this.#e.lattice,c=a/cr,l=new Float64Array(cr*(i.length-1)+1);for(let u=0;u<l.length;u++)l[u]=this.#i(t,r.at(s+u*c));ur(l,Math.round((r.place(n)-s)/c));for(let u=0;u<l.length;u++)l[u]=Math.exp(l[u])*r.slope(s+u*c);return new At(r,s,c,l,{mean:n,sd:o})}#i(t,n){let{lattice:o,log:r}=this.#e,s=o.x.length,i=(o.axis.place(n)-o.start)/o.step,a=To(r,t*s,s,i);return fe(this.#t.doctors,t,n,this.#n)+a}};function ur(e,t){let n=e[t];for(let o of[-1,1]){let r=n;for(let s=t;s>=0&&s<e.length;s+=o)e[s]>n&&(n=e[s]),r<n-4*$t?e[s]=-1/0:r=Math.min(e[s],n)}for(let o=0;o<e.length;o++)e[o]-=n}var pr=1e-17,Ue=class{#t;constructor(t,n,o){this.n=t,this.fewest=n,this.most=o,this.mean=0,this.variance=0;let r=0;this.#t=new Float64Array(o-n+1);for(let s=0;s<=o;s++)s&&(r+=Math.log((t-s+1)/s)),s>=n&&(this.#t[s-n]=r)}logBinomial(t){return this.#t[t-this.fewest]}log(t){let{n,fewest:o,most:r}=this,s=Math.exp(t),i=Math.min(Math.max(Math.floor((n+1)*Mt(t)),o),r),[a,c,l]=[1,0,0];for(let f=i,h=1;f<r&&h>pr;f++){h*=(n-f)/(f+1)*s;let m=f+1-i;a+=h,c+=h*m,l+=h*m*m}for(let f=i,h=1;f>o&&h>pr;f--){h*=f/((n-f+1)*s);let m=f-1-i;a+=h,c+=h*m,l+=h*m*m}let u=c/a;return this.mean=i+u,this.variance=Math.max(l/a-u*u,0),this.logBinomial(i)+i*t+Math.log(a)}};function gr(e,t,n,o){let r=new Map,s=[],i=new Int32Array(t.length);for(let M=0;M<i.length;M++){let $=Ec(M,e,t,n,o),_=r.get($.key);_===void 0&&(_=s.length,r.set($.key,_),s.push($)),s[_].copies++,i[M]=_}let a=s.length;s.push({key:"new",s:0,n:0,offset:0,allowed:null,copies:0});let c=M=>Float64Array.from(s,$=>$[M]),[l,u,f,h]=["s","n","offset","copies"].map(c),m=s.map(M=>M.allowed),d=l.map((M,$)=>(M+.5)/(u[$]+1)),p=l.map((M,$)=>Math.log((M+.5)/(u[$]-M+.5))-f[$]),g=u.map((M,$)=>(m[$]?.log(p[$]+f[$]),st(m[$],M,d[$]))),w=s.map((M,$)=>M.allowed?M.allowed.fewest===0||M.allowed.most===M.n:g[$]<1),x=s.map(({key:M})=>M),y=!!n,b=y?Oc(t,n):0,A=a+1;return{index:i,known:a,size:A,keys:x,s:l,n:u,copies:h,rough:p,precision:g,offset:f,allowed:m,isStep:w,isAdjusted:y,reference:b}}function Ec(e,t,n,o,r){let s=n[e],[i,a]=r?.[e]??[t[e],t[e]],c=o&&s?It(o[e]/s):0,l=i<a?`${i}-${a}`:i;return{key:o?`${l}/${s}/${c}`:`${l}/${s}`,s:.5*(i+a),n:s,offset:c,allowed:i<a?new Ue(s,i,a):null,copies:0}}function Oc(e,t){let[n,o]=[0,0];for(let r=0;r<e.length;r++)e[r]&&(n+=t[r],o+=e[r]);return o?It(n/o):0}function wr({n:e,offset:t,allowed:n,reference:o,known:r},s,i){let a=new Float64Array(1),{x:c,density:l}=typeof i=="number"?{x:[i],density:null}:i;return Float64Array.from({length:r},(u,f)=>{let h=It(Math.min(Math.max(s(f),1e-300),.9999999999999999))-o+t[f];Y(h,a),n[f]?.log(h);let m=st(n[f],e[f],a[0]),d=g=>{let w=c[g]*c[g]*m;return w/(1+w)};if(!l)return d(0);let p=0;for(let g=1;g<c.length;g++)p+=.5*(c[g]-c[g-1])*(l[g]*d(g)+l[g-1]*d(g-1));return p})}var xr=1e-5,Nc=3,Sc=7,Rc=40,On=32,Fc=1.3,Ic=.12,Tc=.12,Cc=5,Nn=[1/3,2/3,1],Sn=240,Lc=e=>5+Math.round(.9*Math.sqrt(e)),Pc=1e-13;function yr(e){let{known:t,index:n}=e.doctors,o=Array.from({length:t},()=>new Float64Array(n.length)),r=new Rn(e.doctors);for(let{mu:s,sigma:i,share:a}of Dc(e))r.add(s,i,a,o);for(let s of o){let i=s.reduce((a,c)=>a+c,0);for(let a=0;a<s.length;a++)s[a]=Math.max(s[a]/i,0)}return o}function Dc({doctors:e,grid:t,logDensity:n,mass:o}){let{nodes:r,sigma:s}=t,i=_t(o,xr),a=new Dt(t),[c,l]=[new Float64Array(2*On),new Float64Array(2*On)],u=[];for(let h of i){a.through(h,n.slice(h*r,(h+1)*r)),xn(Ct(On),t.low[h],t.mode[h],t.high[h],c,l,0);for(let g=0;g<c.length;g++)l[g]*=Math.exp(a.value(c[g]));let m=Math.min(Math.max(t.t?Nc:Sc,Uc(e,ft(t,h),s[h])),Rc),d=Ro(c,l,m),p=Go(t,h);d.x.forEach((g,w)=>u.push({mu:g,sigma:s[h],share:p*d.weight[w]}))}let f=Math.max(...u.map(h=>h.share));return u.filter(h=>h.share>xr*f)}function Uc({precision:e,index:t},n,o){if(o===0)return 0;let r=t.length,s=1/(1+o*o*Math.max(...e)),i=.4*r*n/o,a=r/4+.16*r*r*s;return Math.ceil((Math.PI/Fc)**2*i*i/a)}var Rn=class{#t;#e;#o;#n;#r;#s;#i=new Float64Array(1);#a;constructor(t){let{known:n,index:o}=t;this.#t=t,this.#e=o.length,this.#o=Ct(Lc(o.length)),this.#n=new Float64Array(n),this.#r=new Float64Array(n),this.#s=new Float64Array(n),this.#a=new Float64Array(o.length+1)}add(t,n,o,r){let{known:s}=this.#t;this.#c(t,n);let i=this.#l(n),a=(i.length-1)*this.#o.x.length,c=new Float64Array(s*a),l=new Float64Array(s*a);for(let u=0;u<s;u++)this.#h(u,t,n,i,c,l);for(let u=0;u<a;u++){this.#m(c,u,a);for(let f=0;f<s;f++){let h=l[f*a+u];h>Pc&&this.#d(c[f*a+u],o*h,r[f])}}}#c(t,n){let{s:o,n:r,offset:s,allowed:i,known:a}=this.#t,c=this.#i;for(let l=0;l<a;l++){let u=i[l],f=t+s[l],h=me(this.#t,l,t,n),m=Tt(o[l],r[l],u,f,n,h,c),d=f+n*m,p=ut(u,o[l],d)-r[l]*Y(d,c)-.5*m*m,g=1/Math.sqrt(1+n*n*st(u,r[l],c[0]));this.#n[l]=m,this.#r[l]=-ge(o[l],r[l],u,f,n,m,p,-Pt*g,c),this.#s[l]=ge(o[l],r[l],u,f,n,m,p,Pt*g,c)}}#l(t){let n=this.#u(),o=new Float64Array(n.length);for(let a=1;a<n.length;a++){let c=.5*(n[a-1]+n[a]);o[a]=o[a-1]+this.#f(c,t)*(n[a]-n[a-1])}let r=Math.ceil(o.at(-1)),s=new Float64Array(r+1),i=1;for(let a=0;a<=r;a++){let c=o.at(-1)*a/r;for(;i<n.length-1&&o[i]<c;)i++;let l=(c-o[i-1])/Math.max(o[i]-o[i-1],1e-300);s[a]=n[i-1]+Math.min(l,1)*(n[i]-n[i-1])}return s}#u(){let{known:t}=this.#t,n=2*Nn.length+1,o=new Float64Array(t*n);for(let s=0;s<t;s++)o[s*n]=this.#n[s],Nn.forEach((i,a)=>{o[s*n+1+a]=this.#n[s]-i*this.#r[s],o[s*n+1+Nn.length+a]=this.#n[s]+i*this.#s[s]});if(o.sort(),o.length<=Sn)return o;let r=(o.length-1)/(Sn-1);return Float64Array.from({length:Sn},(s,i)=>o[Math.round(i*r)])}#f(t,n){let o=n<Cc?Tc:0,r=0;for(let s=0;s<this.#n.length;s++){let i=t-this.#n[s],a=i<0?this.#r[s]:this.#s[s],c=Math.abs(i)/a;c<1&&(r=Math.max(r,1/(a*(Ic+o*c))))}return r}#h(t,n,o,r,s,i){let{s:a,n:c,offset:l,allowed:u}=this.#t,f=u[t],h=n+l[t],{x:m,weight:d}=this.#o,p=this.#i,g=m.length,w=Fo(g),x=t*(r.length-1)*g,y=h+o*this.#n[t],A=ut(f,a[t],y)-c[t]*Y(y,p)-.5*this.#n[t]*this.#n[t],M=0;for(let $=0;$<r.length-1;$++){let _=r[$+1]-r[$],O=x+$*g;for(let S=0;S<g;S++){let V=r[$]+_*m[S],L=h+o*V,K=ut(f,a[t],L)-c[t]*Y(L,p);i[O+S]=Math.exp(K-.5*V*V-A)}for(let S=0;S<g;S++){let V=0;for(let L=0;L<g;L++)V+=w[S*g+L]*i[O+L];s[O+S]=M+_*V}for(let S=0;S<g;S++)M+=i[O+S]*=_*d[S]}for(let $=x;$<x+(r.length-1)*g;$++)s[$]=Math.min(Math.max(s[$]/M,0),1),i[$]/=M}#m(t,n,o){let{copies:r,known:s}=this.#t,i=this.#a;i.fill(0),i[0]=1;let a=0;for(let c=0;c<s;c++){let l=t[c*o+n],u=1-l;for(let f=0;f<r[c];f++){a++;for(let h=a;h>0;h--)i[h]=l*i[h]+u*i[h-1];i[0]*=l}}}#d(t,n,o){let r=this.#a,s=this.#e,i=0;if(t>=.5){let a=1/t,c=(1-t)*a;for(let l=0;l<s;l++)i=r[l]*a-c*i,o[l]+=n*i}else{let a=1/(1-t),c=t*a;for(let l=s-1;l>=0;l--)i=r[l+1]*a-c*i,o[l]+=n*i}}};function In(e,t,{near:n,expected:o,bounds:r,...s}={}){$o(e,t,r),o&&Ao(o,t),r&&_o(r,t);let i=gr(e,t,o,r);return new Fn(i,ko(s),n)}var Fn=class{#t;#e;#o;#n;#r;#s;constructor(t,n,o){this.#t=tr(t,n,o?.#t),this.#e=o?.#o}get mean(){return this.#i(t=>this.#a(t).mean)}get sd(){return this.#i(t=>this.#a(t).sd)}get logEvidence(){return this.#t.logEvidence}get reference(){return this.#t.doctors.reference}alpha(t){return this.#c(this.#t.doctors.index[t])}interval(t=.95){return Array.from(this.#t.doctors.index,n=>this.#l(n,t))}above(t){let n=It(t)-this.reference;return this.#i(o=>1-this.#c(o).cdf(n))}get newDoctor(){let t=this.#t.doctors.known;return{...this.#a(t),alpha:this.#c(t),interval:(n=.95)=>this.#l(t,n)}}get mu_pop(){return this.#n??=or(this.#t),this.#n}get sigma_pop(){return this.#r??=nr(this.#t),this.#r}get ownWeight(){let{doctors:t,grid:n}=this.#t,o=this.sigma_pop??n.prior.sigma_pop,r=wr(t,s=>this.#a(s).mean,o);return this.#i(s=>r[s])}rankProbabilities(){return this.#s??=yr(this.#t),Array.from(this.#t.doctors.index,t=>this.#s[t])}#i(t){return Float64Array.from(this.#t.doctors.index,t)}#a(t){let{doctors:n,mean:o,sd:r,alphaSd:s}=this.#t;return!(n.n[t]===0&&s[t]>gn)&&!n.isAdjusted?{mean:o[t],sd:r[t]}:this.#c(t).moments(this.#u)}#c(t){return this.#o??=new De(this.#t,this.#e),this.#e=null,this.#o.marginal(t)}#l(t,n){return this.#c(t).interval(n).map(this.#u)}#u=t=>Mt(this.reference+t)};function k(e,t={},...n){let o=document.createElement(e);for(let[r,s]of Object.entries(t))typeof s=="function"?o.addEventListener(r,s):s===!0?o.setAttribute(r,""):s!==!1&&s!=null&&o.setAttribute(r,s);return o.append(...n),o}var br=new WeakMap;function I(e,t,n){let o=br.get(e)??{};br.set(e,o);for(let[r,s]of Object.entries(t))o[r]!==s&&(o[r]=s,s===null?e.removeAttribute(r):e.setAttribute(r,s));n!==void 0&&o.words!==n&&(e.textContent=o.words=n)}var jt=(e,t)=>I(e,{},t),F=(e,t=0)=>`${t?(100*e).toFixed(t):Math.round(100*e)}\xA0%`;function vr(e){let t=100*e;return t>5?0:Math.min(Math.max(Math.ceil(Math.log10(4/Math.max(t,1e-9))),1),4)}var jc=new Intl.NumberFormat("en"),T=e=>jc.format(e),j=(e,t)=>`${T(e)} ${t}${e===1?"":"s"}`;var Wt=e=>`sn-${e}-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;var Z={doctors:500,patients:1e6,name:60};function Wc(e,t,n,o,r="successes"){if(typeof t!="string"||!t.trim()||t.trim().length>Z.name)return`${e} needs a name of 1 to ${Z.name} characters.`;for(let[s,i]of[[r,n],["patients",o]])if(!(Number.isInteger(i)&&0<=i&&i<=Z.patients))return`${e} (${t}) needs a whole number of ${s} from 0 to ${T(Z.patients)}${typeof i=="string"?`, and has \u201C${i}\u201D`:""}.`;return n>o?`${e} (${t}) has ${T(n)} ${r} among ${j(o,"patient")}; there cannot be more.`:null}function qc(e,[t,n,o,r=null,s=null]){if(r!==null&&!(o&&0<r&&r<o))return`${e} (${t}) needs an expected number of successes between 0 and its ${j(o,"patient")}, neither of them.`;let i=s?.length===2&&s.every(Number.isInteger),[a,c]=s??[0,1],l=i&&0<=a&&a<c&&c<=o&&n===null;return s!==null&&!l?`${e} (${t}) needs either its successes or the fewest and the most of them among its ${j(o,"patient")}, the second larger than the first.`:null}var je={};function Mr(e,t=!1){return(je.counts!==e||je.more!==t)&&(je={counts:e,more:t,problem:Bc(e,t?5:3)}),je.problem}function Bc(e,t){if(!Array.isArray(e))return"A league table is a list of rows: doctor, successes, patients.";if(!e.length)return"There is no doctor here. Add one, or choose a table.";if(e.length>Z.doctors)return`This page holds up to ${Z.doctors} doctors, and the table has ${T(e.length)}. For more, use shrinkage.exact.posterior in Python.`;let n=new Map,[o,r]=[[],[]];for(let[s,i]of e.entries()){let a=`Row ${s+1}`;if(!Array.isArray(i)||i.length<3||i.length>t)return`${a} needs three entries: doctor, successes, patients.`;let[c,l,u,f=null,h=null]=i,m=Wc(a,c,h&&l===null?0:l,u)??qc(a,i);if(m)return m;if(u&&(f===null?r:o).push(s),n.has(i[0]))return`Rows ${n.get(i[0])} and ${s+1} are both called ${i[0]}. Give every doctor a name of their own.`;n.set(i[0],s+1)}return o.length&&r.length?`Row ${r[0]+1} (${e[r[0]][0]}) has no expected number of successes, which others have. Give all doctors with patients one, or none.`:null}var Tn=new WeakMap;function et(e){return Tn.has(e)||Tn.set(e,Hc(e)),Tn.get(e)}function Hc(e){let t={names:[],successes:[],trials:[],raw:[]},n=null,o=null;for(let i=0;i<e.length;i++){let a=e[i];t.names.push(a[0]),t.successes.push(a[1]),t.trials.push(a[2]),t.raw.push(a[2]&&a[1]!==null?a[1]/a[2]:null),a.length!==3&&(n??=a[3]==null?null:[],o??=a[4]?[]:null)}n&&=e.map(i=>i[3]??0),o&&=e.map(i=>i[4]??[i[1],i[1]]);let r=i=>i.reduce((a,c)=>a+c,0),s=n&&r(n)/r(t.trials);return n&&(t.raw=t.raw.map((i,a)=>{let[,c,l]=e[a];return i===null?null:Gc(c,l,n[a],s)})),{...t,expected:n,bounds:o,reference:s}}function Gc(e,t,n,o){let r=o<.5?o*e/n:1-(1-o)*(t-e)/(t-n);return Math.min(Math.max(r,0),1)}function $r(e,t,n,o){let r=n?o<.5?e/o*n:t-(1-e)/(1-o)*(t-n):e*t;return Math.round(Math.min(Math.max(r,0),t))}function Ln(e,t={}){let{successes:n,trials:o,expected:r,bounds:s}=et(e);return{...{successes:Int32Array.from(n),trials:Int32Array.from(o)},expected:r,bounds:s,...t}}var Ar=(e,{names:t,trials:n,raw:o},{mean:r,low:s,high:i})=>({name:t[e],n:n[e],raw:o[e],mean:r[e],low:s[e],high:i[e]}),Cn=new WeakMap;function ne(e){if(!Cn.has(e)){let t=Float64Array.from(e.high,(n,o)=>n-e.low[o]).sort();Cn.set(e,vr(t[t.length>>1]))}return Cn.get(e)}var _r=["doctor","successes","patients","raw rate","estimate","95\xA0% interval"];function kr(e,t,n){let o=ne(n);return[t.names[e],we(e,t),T(t.trials[e]),zc(t.raw[e],o),F(n.mean[e],o),`${F(n.low[e],o)} to ${F(n.high[e],o)}`]}function we(e,{successes:t,bounds:n}){return t[e]===null?n[e].map(o=>T(o)).join(" to "):T(t[e])}var zc=(e,t)=>e===null?"none":F(e,t);function*it(e,t,{portion:n=8,after:o=()=>{},pause:r}={}){for(let s=0;s<e.length;s++)s&&s%n===0?yield r:s&&s%8===0&&(yield),t(e[s],s),((s+1)%n===0||s+1===e.length)&&o()}function Er(){let e=[];return function*(t,n){e.length&&t.every((o,r)=>o===e[r])||(e=[],yield,yield*n()??[],e=t)}}function We(e){let t=performance.now()+4;for(;;){let{done:n,value:o}=e.next();if(n)return!0;if(o===!0||performance.now()>=t)return!1}}async function Or(e){for(;!We(e);)await new Promise(requestAnimationFrame)}function Nr(e,{unfinished:t,failed:n}){let o=0,r=null,s=!1,i=!1;function a(){o=0,s&&!(r&&i)&&(i=r!==null,s=!1,r=e());try{r&&We(r)&&(r=null)}catch(c){r=null,n(c)}r&&t(),(r||s)&&(o||=requestAnimationFrame(a))}return{again(){s=!0,o||=requestAnimationFrame(a)},upToDate(){s=!1},get busy(){return o!==0||r!==null},stop:()=>cancelAnimationFrame(o)}}var Vc=16;function Pn({label:e,stops:t,range:n,read:o,say:r,explain:s,change:i}){let a=Wt("slider"),c=k("input",{type:"range",id:a,min:0,max:t?t.length-1:1,step:1,input:()=>i(t?t[c.valueAsNumber]:c.valueAsNumber)}),l=k("output",{for:a}),u=k("span",{class:"sn-explain"});return{node:k("div",{class:"sn-slider"},k("label",{for:a},e),l,c,u),show(f){let h=o(f);if(n){let[d,p]=n(f);I(c,{min:d,max:p}),c.value=h}else{let d=g=>Math.abs(g-h),p=t.reduce((g,w)=>d(w)<d(g)?w:g);c.value=t.indexOf(p)}let m=[r(h),s?.(f)??""];I(l,{},m[0]),I(u,{},m[1]),I(c,{"aria-valuetext":m.filter(Boolean).join(": ")})}}}function Q({label:e,press:t,enabled:n=()=>!0,primary:o=!1}){let s=k("button",{type:"button",class:o&&"sn-primary",click:()=>s.getAttribute("aria-disabled")!=="true"&&t()},e);return{node:s,show(i){I(s,{"aria-disabled":String(!n(i))})}}}function ye({label:e,options:t,read:n,change:o}){let r=Wt("choice"),s=typeof t=="function"?t:()=>t,i=k("select",{id:r,change:()=>o(i.value)}),a=[];return{node:k("div",{class:"sn-choice"},k("label",{for:r},e),i),*show(c){let l=s(c);yield;let u=([f,h],m)=>a[m]?.[0]===f&&a[m][1]===h;if(l.length!==a.length||!l.every(u)){a=[],i.replaceChildren();let f=Math.max(...l.map(([,m])=>m.length));i.style.width=l.length>Vc?`${Math.min(f,24)+6}ch`:"",yield*it(l,([m,d])=>i.append(k("option",{value:m},d)),{portion:32,pause:!0}),a=l}yield,i.value=n(c)}}}var Dn=(e,t)=>e===t||e?.length===t?.length&&JSON.stringify(e)===JSON.stringify(t);function Sr(e,t,n){let o=new URLSearchParams({demo:e});for(let[r,s]of Object.entries(t))Dn(s,n[r])||o.set(r,s===null?"none":Array.isArray(s)?JSON.stringify(s):s);return`#${o}`}var Un=(e,t)=>t.split(/[#&]/).includes(`demo=${e}`);function Rr(e,t,n){if(!Un(e,t))return null;let o=new URLSearchParams(t.replace(/^#/,"")),r={...n};for(let[s,i]of Object.entries(n))o.has(s)&&(r[s]=Kc(o.get(s),i));return r}function Kc(e,t){if(typeof t=="boolean")return e==="true";if(typeof t=="string")return e;if(Array.isArray(t))try{return JSON.parse(e)}catch{return NaN}return e==="none"?null:e.trim()===""?NaN:Number(e)}var Fr="Copy link to this state",Ir="Full screen",Tr=300;function Yc(){let e=k("p",{class:"sn-notice",role:"status",hidden:!0});return{node:e,say:n=>{e.textContent=n??"",e.hidden=!n}}}function Zc(e,t){let n=0,o=()=>{t()?n=setTimeout(o,Tr):I(e,{"aria-busy":"false"})};return{unsettle(){I(e,{"aria-busy":"true"}),clearTimeout(n),n=setTimeout(o,Tr)},stop:()=>clearTimeout(n)}}function Jc(e){let t=Q({label:Fr,async press(){history.replaceState(history.state,"",e());let n=await navigator.clipboard?.writeText(location.href).then(()=>!0,()=>!1);t.node.textContent=n?"Link copied":"The link is in the address bar",setTimeout(()=>t.node.textContent=Fr,2500)}});return t}function Xc(e,t){let n=Q({label:Ir,async press(){if(document.fullscreenElement)return document.exitFullscreen();await e.requestFullscreen().catch(()=>t("This browser does not give a demo the screen."))}});return e.addEventListener("fullscreenchange",()=>{let o=document.fullscreenElement===e;n.node.textContent=o?"Leave full screen":Ir}),n}function Qc(e){let t=e.get("start"),n=Object.keys(t);return{start:t,now:()=>Object.fromEntries(n.map(o=>[o,e.get(o)])),set(o){for(let[r,s]of Object.entries(o))e.set(r,s);e.save_changes()},follow(o){for(let r of n)e.on(`change:${r}`,o);return()=>{for(let r of n)e.off(`change:${r}`,o)}}}}function tl(e,t,n){let o=(r,s)=>k("div",{class:r},...s.map(({node:i})=>i));return e.summary.setAttribute("aria-live","polite"),[o("sn-buttons",e.actions),t,e.figure,o("sn-settings",e.settings),e.summary,e.table??"",o("sn-buttons sn-quiet",n)]}function*el(e,t,n){for(let o of[...e.actions,...e.settings])yield*o.show(t)??[],yield;yield*e.show(t,n)??[]}function Cr({title:e,problem:t,build:n}){return function({model:r,el:s}){let{start:i,now:a,set:c,follow:l}=Qc(r),u=s.dataset.demo,f=0,h=null,m=k("div",{class:"sn-demo",role:"group","aria-label":e}),{node:d,say:p}=Yc(),g=Nr(M,{unfinished:()=>x.unsettle(),failed:({message:L})=>p(`This demo met a state it cannot show (${L}). Reset brings it back.`)}),w=n({now:a,set:c,again:g.again,model:r,published:!!u}),x=Zc(w.summary,()=>g.busy||w.busy?.()),y=Q({label:"Reset",press:()=>{p(null),c(i)}}),b=u?[Jc(()=>Sr(u,a(),i))]:[],A=document.fullscreenEnabled?[Xc(m,p)]:[];m.append(...tl(w,d,[y,...b,...A])),s.replaceChildren(m);function*M(){if(h!==null&&(yield*$()),!f)return;let L=a(),K=t(L);if(yield,K)return p(K);yield*el(w,L,f)}function*$(){let L=Rr(u,h,i);yield;let K=t(L);if(yield,h=null,K)return p(`The link asks for something else than this demo can show. ${K}`);c(L),g.upToDate(),yield!0,m.scrollIntoView({block:"nearest"}),yield}function _(){p(null),x.unsettle(),g.again()}function O(){Un(u,location.hash)&&(h=location.hash,x.unsettle(),g.again())}m.addEventListener("keydown",L=>L.stopPropagation());let S=l(_),V=new ResizeObserver(([{contentRect:L}])=>{f=Math.round(L.width),g.again()});return V.observe(w.figure),_(),u&&(addEventListener("hashchange",O),O()),()=>{S(),V.disconnect(),g.stop(),x.stop(),w.stop?.(),removeEventListener("hashchange",O),m.remove()}}}var Lr=e=>{let[t,n]=e.interval(.95);return{x:e.x,density:e.density,mean:e.mean,sd:e.sd,low:t,high:n}};function Wn(e,t){let{successes:n,trials:o,expected:r,bounds:s,options:i={},above:a=null,ranks:c=!1}=e,l={...i,expected:r,bounds:s,near:c?void 0:t},u=In(n,o,l),f=u.interval(.95),[h,m]=u.newDoctor.interval(.95);return{found:u,plain:{mean:u.mean,sd:u.sd,low:Float64Array.from(f,([d])=>d),high:Float64Array.from(f,([,d])=>d),reference:u.reference,mu:Lr(u.mu_pop),sigma:u.sigma_pop&&Lr(u.sigma_pop),newDoctor:{mean:u.newDoctor.mean,low:h,high:m},above:Array.isArray(a)?a.map(d=>u.above(d)):a===null?null:u.above(a),ranks:c?u.rankProbabilities().map(d=>d.map(p=>Math.max(p,0))):null}}}var qn={posterior:Wn};function jn(){let e={},t=([n,o])=>{let{found:r,plain:s}=qn[o.kind??"posterior"](o,e[n]);return e[n]=r,[n,s]};return n=>{try{return{answers:Object.fromEntries(Object.entries(n).map(t))}}catch(o){return{problem:o.message}}}}function Dr(e=12){In([4,0,9,16,85],[4,5,12,20,100]).interval(),e>1&&setTimeout(Dr,0,e-1)}if(typeof WorkerGlobalScope<"u"&&self instanceof WorkerGlobalScope){let e=jn(),t=!0;self.onmessage=({data:n})=>{self.postMessage(e(n)),t&&setTimeout(Dr),t=!1}}var Pr;function nl(e){try{let t=e.get("_esm"),n=typeof t=="string"&&t.includes("postMessage");return Pr??=n?URL.createObjectURL(new Blob([t],{type:"text/javascript"})):import.meta.url,new Worker(Pr,{type:"module"})}catch{return null}}var ol=(e,t)=>e.length===t.length&&e.every((n,o)=>n===t[o]),qe=(e,t)=>Object.keys(e).filter(n=>!(t?.[n]&&ol(e[n][0],t[n][0])));function Bn(e,t){let n=null,o=null,r=null,s=null,i=null,a=null;function c(){if(!o||r)return;r={...o,names:qe(o.questions,n?.questions)};let f=Object.fromEntries(r.names.map(h=>[h,r.questions[h][1]()]));if(!a&&!i&&l(),i)i.postMessage(f);else{let h=r;setTimeout(()=>r===h&&u(a(f)))}}function l(){i=nl(e),i?(i.onmessage=({data:f})=>u(f),i.onerror=f=>{f.preventDefault?.(),i.terminate(),i=r=null,a=jn(),c()}):a=jn()}function u({answers:f,problem:h}){let{state:m,questions:d}=r,p=o&&!qe(o.questions,d).length;r=null,h&&(s={questions:d,problem:h}),f&&o&&(n={state:p?o.state:m,questions:d,answers:{...n?.answers,...f}}),p&&(o=null),c(),t()}return{ask(f,h){if(s&&!qe(h,s.questions).length)throw new Error(s.problem);return qe(h,n?.questions).length?(o={state:f,questions:h},c()):(n.state=f,o=null),n&&{state:n.state,...n.answers}},get busy(){return o!==null},stop(){i?.terminate(),i=o=r=null}}}var Ur=250;qn.weighed=(e,t)=>{let{found:n,plain:o}=Wn(e,t);return{found:n,plain:{...o,weight:n.ownWeight}}};function jr(e,t){let n=Bn(e,t),o=Bn(e,t),r=null,s=null,i=null,a=0;function c(){if(n.busy){a=setTimeout(c,Ur);return}s=r,o.busy&&o.stop(),t()}return{ask(l){let{counts:u}=l;u!==r&&(clearTimeout(a),a=setTimeout(c,Ur)),r=u;let f=()=>Ln(u,{kind:"weighed"});return n.ask(l,{found:[[u],f]})},*ranksOf(l){let{counts:u}=l;if(u!==s)return null;u!==i&&(yield!0),i=u;let f=()=>Ln(u,{ranks:!0}),h=o.ask(l,{found:[[u],f]});return h?.state.counts===u?h.found.ranks:null},get busy(){return n.busy},stop(){clearTimeout(a),n.stop(),o.stop()}}}var Hn="a table of your own";function Wr(e,t){let n=e.get("presets"),o=null,r=({counts:s})=>(o?.counts!==s&&(o={counts:s,name:Object.keys(n).find(i=>Dn(n[i],s))??Hn}),o.name);return ye({label:"Table",options:s=>[...Object.keys(n),...r(s)===Hn?[Hn]:[]].map(i=>[i,i]),read:r,change:s=>n[s]&&t(n[s])})}var qr=["caseload","estimate","table"];function Br({counts:e,order:t,hand:n}){return qr.includes(t)?typeof n!="string"?"Here hand is a doctor\u2019s name.":Mr(e,!0):`Here the order is one of ${qr.join(", ")}.`}function Hr(e,t,n){let o=t.map((r,s)=>s);return e==="caseload"&&o.sort((r,s)=>t[r]-t[s]||r-s),e==="estimate"&&o.sort((r,s)=>n[s]-n[r]||r-s),o}var at=({counts:e,hand:t})=>Math.max(e.findIndex(([n])=>n===t),0),Be=([,e,,,t])=>e??Math.round((t[0]+t[1])/2);function Gr(e){for(let t=0;;t++){let o=`Dr. ${String.fromCharCode(65+t%26)}${t<26?"":Math.floor(t/26)+1}`;if(!e.includes(o))return o}}var zr=(e,t)=>[Math.round((e??1)*t),t];var rl=[...Array.from({length:31},(e,t)=>t),35,40,45,50,60,70,80,90,100,125,150,200,250,300,400,500,700,1e3],sl=[["caseload","patients seen"],["estimate","estimate"],["table","as in the table"]],Vr=(e,t)=>[Wr(e,t.use),Q({label:"Add a doctor",press:t.add,enabled:({counts:n})=>n.length<Z.doctors}),Q({label:"Remove the doctor in hand",press:t.removeInHand,enabled:({counts:n})=>n.length>1})];function Kr({now:e,set:t},n){let o=r=>{let s=r.counts[at(r)];return[Be(s),s[2]]};return[ye({label:"Doctor in hand",options:({counts:r})=>r.map(([s],i)=>[String(i),s]),read:r=>String(at(r)),change:r=>n.take(Number(r))}),ye({label:"Rows sorted by",options:sl,read:({order:r})=>r,change:r=>t({order:r})}),Pn({label:"Successes",range:r=>[0,o(r)[1]],read:r=>o(r)[0],say:T,explain(r){let s=at(r),i=et(r.counts);if(i.successes[s]===null)return`withheld: ${we(s,i)}, until you choose a number`;let[a,c]=o(r);return c?`raw rate ${F(a/c,c<500?0:1)}`:"no patients, so no raw rate"},change:r=>n.setSuccesses(at(e()),r)}),Pn({label:"Patients",stops:rl,read:r=>o(r)[1],say:T,explain:()=>"the raw rate stays where it is, as nearly as whole patients allow",change:r=>n.setCaseload(at(e()),r)})]}function il(e,t,n){let{successes:o,trials:r,raw:s,expected:i}=t;if(!r[e])return"no patients yet";let a=`${we(e,t)} of ${j(r[e],"patient")}`,c=i?`, where ${T(Number(i[e].toPrecision(4)))} were expected`:"";if(o[e]===null)return`${a}${c}, the count itself being withheld`;let l=i?" at the average expectation":"";return`${a}${c}, a raw rate of ${F(s[e],n)}${l}`}function Yr(e,t,n){let o=t.names[e],r=ne(n);return`${o}: ${il(e,t,r)}; estimate ${F(n.mean[e],r)}, 95\xA0% credible interval ${F(n.low[e],r)} to ${F(n.high[e],r)}. The estimate rests for ${F(n.weight[e])} on ${o}\u2019s own patients, for the rest on the population.`}function al({names:e,trials:t,raw:n},{mean:o},r){let s=n.map((a,c)=>a===null?-1:Math.abs(o[c]-a)),i=s.indexOf(Math.max(...s));return s[i]<0?Math.max(...t)?"All counts are withheld: every estimate rests on what they may be.":"No doctor has a patient yet: every estimate is the population\u2019s.":s[i]<.005/10**r?r?"No estimate is visibly away from its raw rate.":"No estimate is as much as a percentage point away from its raw rate.":`${e[i]} moves farthest: from ${F(n[i],r)}, with ${j(t[i],"patient")}, to ${F(o[i],r)}.`}function Zr(e,t,n){let{names:o,trials:r,reference:s}=e,i=ne(t),a=[al(e,t,i)];s!==null&&(a[0]+=` Rates are those at the average expectation, a success rate of ${F(s,Math.max(i,1))}: what each doctor\u2019s own patients made likely is taken into account.`);let c=r.indexOf(Math.min(...r)),l=r.indexOf(Math.max(...r));return r[c]<r[l]&&a.push(`The estimate of ${o[c]}, with ${j(r[c],"patient")}, rests for ${F(t.weight[c])} on its own data; that of ${o[l]}, with ${j(r[l],"patient")}, for ${F(t.weight[l])}.`),a.push(`The typical doctor succeeds with ${F(n,i)}. The true log-odds spread between doctors with a standard deviation of about ${t.sigma.mean.toFixed(2)} (95\xA0% credible interval ${t.sigma.low.toFixed(2)} to ${t.sigma.high.toFixed(2)}). A new doctor without patients is expected at ${F(t.newDoctor.mean,i)}.`),a}function Jr({now:e,set:t}){let n=new Map,o=new Map;function r(s,[i,a]){let{reference:c}=et(e().counts),l=[...e().counts],[u,,f,h]=l[s];l[s]=[u,i,a],c!==null&&(f&&o.set(u,h/f),a&&l[s].push((o.get(u)??c)*a)),t({counts:l,hand:u})}return{use(s){n.clear(),o.clear(),t({counts:s,hand:""})},add(){let{counts:s}=e(),{names:i,reference:a}=et(s),c=Gr(i),l=a===null?[c,2,2]:[c,2,2,2*a];t({counts:[...s,l],hand:c})},removeInHand(){let s=at(e());t({counts:e().counts.filter((i,a)=>a!==s),hand:""})},take:s=>t({hand:e().counts[s][0]}),setSuccesses(s,i){let[a,,c]=e().counts[s];n.delete(a),r(s,[i,c])},setCaseload(s,i){let a=e().counts[s],[c,,l]=a;!n.has(c)&&l&&n.set(c,Be(a)/l),r(s,zr(n.get(c),i))}}}var He="http://www.w3.org/1999/xhtml",Gn={svg:"http://www.w3.org/2000/svg",xhtml:He,xlink:"http://www.w3.org/1999/xlink",xml:"http://www.w3.org/XML/1998/namespace",xmlns:"http://www.w3.org/2000/xmlns/"};function Ge(e){var t=e+="",n=t.indexOf(":");return n>=0&&(t=e.slice(0,n))!=="xmlns"&&(e=e.slice(n+1)),Gn.hasOwnProperty(t)?{space:Gn[t],local:e}:e}function cl(e){return function(){var t=this.ownerDocument,n=this.namespaceURI;return n===He&&t.documentElement.namespaceURI===He?t.createElement(e):t.createElementNS(n,e)}}function ll(e){return function(){return this.ownerDocument.createElementNS(e.space,e.local)}}function oe(e){var t=Ge(e);return(t.local?ll:cl)(t)}function ul(){}function ze(e){return e==null?ul:function(){return this.querySelector(e)}}function Xr(e){typeof e!="function"&&(e=ze(e));for(var t=this._groups,n=t.length,o=new Array(n),r=0;r<n;++r)for(var s=t[r],i=s.length,a=o[r]=new Array(i),c,l,u=0;u<i;++u)(c=s[u])&&(l=e.call(c,c.__data__,u,s))&&("__data__"in c&&(l.__data__=c.__data__),a[u]=l);return new P(o,this._parents)}function zn(e){return e==null?[]:Array.isArray(e)?e:Array.from(e)}function fl(){return[]}function Qr(e){return e==null?fl:function(){return this.querySelectorAll(e)}}function hl(e){return function(){return zn(e.apply(this,arguments))}}function ts(e){typeof e=="function"?e=hl(e):e=Qr(e);for(var t=this._groups,n=t.length,o=[],r=[],s=0;s<n;++s)for(var i=t[s],a=i.length,c,l=0;l<a;++l)(c=i[l])&&(o.push(e.call(c,c.__data__,l,i)),r.push(c));return new P(o,r)}function es(e){return function(){return this.matches(e)}}function ns(e){typeof e!="function"&&(e=es(e));for(var t=this._groups,n=t.length,o=new Array(n),r=0;r<n;++r)for(var s=t[r],i=s.length,a=o[r]=[],c,l=0;l<i;++l)(c=s[l])&&e.call(c,c.__data__,l,s)&&a.push(c);return new P(o,this._parents)}function Ve(e){return new Array(e.length)}function os(){return new P(this._enter||this._groups.map(Ve),this._parents)}function be(e,t){this.ownerDocument=e.ownerDocument,this.namespaceURI=e.namespaceURI,this._next=null,this._parent=e,this.__data__=t}be.prototype={constructor:be,appendChild:function(e){return this._parent.insertBefore(e,this._next)},insertBefore:function(e,t){return this._parent.insertBefore(e,t)},querySelector:function(e){return this._parent.querySelector(e)},querySelectorAll:function(e){return this._parent.querySelectorAll(e)}};function rs(e){return function(){return e}}function ml(e,t,n,o,r,s){for(var i=0,a,c=t.length,l=s.length;i<l;++i)(a=t[i])?(a.__data__=s[i],o[i]=a):n[i]=new be(e,s[i]);for(;i<c;++i)(a=t[i])&&(r[i]=a)}function dl(e,t,n,o,r,s,i){var a,c,l=new Map,u=t.length,f=s.length,h=new Array(u),m;for(a=0;a<u;++a)(c=t[a])&&(h[a]=m=i.call(c,c.__data__,a,t)+"",l.has(m)?r[a]=c:l.set(m,c));for(a=0;a<f;++a)m=i.call(e,s[a],a,s)+"",(c=l.get(m))?(o[a]=c,c.__data__=s[a],l.delete(m)):n[a]=new be(e,s[a]);for(a=0;a<u;++a)(c=t[a])&&l.get(h[a])===c&&(r[a]=c)}function pl(e){return e.__data__}function ss(e,t){if(!arguments.length)return Array.from(this,pl);var n=t?dl:ml,o=this._parents,r=this._groups;typeof e!="function"&&(e=rs(e));for(var s=r.length,i=new Array(s),a=new Array(s),c=new Array(s),l=0;l<s;++l){var u=o[l],f=r[l],h=f.length,m=gl(e.call(u,u&&u.__data__,l,o)),d=m.length,p=a[l]=new Array(d),g=i[l]=new Array(d),w=c[l]=new Array(h);n(u,f,p,g,w,m,t);for(var x=0,y=0,b,A;x<d;++x)if(b=p[x]){for(x>=y&&(y=x+1);!(A=g[y])&&++y<d;);b._next=A||null}}return i=new P(i,o),i._enter=a,i._exit=c,i}function gl(e){return typeof e=="object"&&"length"in e?e:Array.from(e)}function is(){return new P(this._exit||this._groups.map(Ve),this._parents)}function as(e,t,n){var o=this.enter(),r=this,s=this.exit();return typeof e=="function"?(o=e(o),o&&(o=o.selection())):o=o.append(e+""),t!=null&&(r=t(r),r&&(r=r.selection())),n==null?s.remove():n(s),o&&r?o.merge(r).order():r}function cs(e){for(var t=e.selection?e.selection():e,n=this._groups,o=t._groups,r=n.length,s=o.length,i=Math.min(r,s),a=new Array(r),c=0;c<i;++c)for(var l=n[c],u=o[c],f=l.length,h=a[c]=new Array(f),m,d=0;d<f;++d)(m=l[d]||u[d])&&(h[d]=m);for(;c<r;++c)a[c]=n[c];return new P(a,this._parents)}function ls(){for(var e=this._groups,t=-1,n=e.length;++t<n;)for(var o=e[t],r=o.length-1,s=o[r],i;--r>=0;)(i=o[r])&&(s&&i.compareDocumentPosition(s)^4&&s.parentNode.insertBefore(i,s),s=i);return this}function us(e){e||(e=wl);function t(f,h){return f&&h?e(f.__data__,h.__data__):!f-!h}for(var n=this._groups,o=n.length,r=new Array(o),s=0;s<o;++s){for(var i=n[s],a=i.length,c=r[s]=new Array(a),l,u=0;u<a;++u)(l=i[u])&&(c[u]=l);c.sort(t)}return new P(r,this._parents).order()}function wl(e,t){return e<t?-1:e>t?1:e>=t?0:NaN}function fs(){var e=arguments[0];return arguments[0]=this,e.apply(null,arguments),this}function hs(){return Array.from(this)}function ms(){for(var e=this._groups,t=0,n=e.length;t<n;++t)for(var o=e[t],r=0,s=o.length;r<s;++r){var i=o[r];if(i)return i}return null}function ds(e){for(var t=this._groups,n=0,o=t.length;n<o;++n)for(var r=t[n],s=0,i=r.length,a;s<i;++s)(a=r[s])&&e.call(a,a.__data__,s,r);return this}function xl(e){return function(){this.removeAttribute(e)}}function yl(e){return function(){this.removeAttributeNS(e.space,e.local)}}function bl(e,t){return function(){this.setAttribute(e,t)}}function vl(e,t){return function(){this.setAttributeNS(e.space,e.local,t)}}function Ml(e,t){return function(){var n=t.apply(this,arguments);n==null?this.removeAttribute(e):this.setAttribute(e,n)}}function $l(e,t){return function(){var n=t.apply(this,arguments);n==null?this.removeAttributeNS(e.space,e.local):this.setAttributeNS(e.space,e.local,n)}}function ps(e,t){var n=Ge(e);if(arguments.length<2){var o=this.node();return n.local?o.getAttributeNS(n.space,n.local):o.getAttribute(n)}return this.each((t==null?n.local?yl:xl:typeof t=="function"?n.local?$l:Ml:n.local?vl:bl)(n,t))}function Al(){this.textContent=""}function _l(e){return function(){this.textContent=e}}function kl(e){return function(){var t=e.apply(this,arguments);this.textContent=t??""}}function gs(e){return arguments.length?this.each(e==null?Al:(typeof e=="function"?kl:_l)(e)):this.node().textContent}function ws(e){var t=typeof e=="function"?e:oe(e);return this.select(function(){return this.appendChild(t.apply(this,arguments))})}function El(){return null}function xs(e,t){var n=typeof e=="function"?e:oe(e),o=t==null?El:typeof t=="function"?t:ze(t);return this.select(function(){return this.insertBefore(n.apply(this,arguments),o.apply(this,arguments)||null)})}function Ol(){var e=this.parentNode;e&&e.removeChild(this)}function ys(){return this.each(Ol)}function Nl(e){return function(t){e.call(this,t,this.__data__)}}function Sl(e){return e.trim().split(/^|\s+/).map(function(t){var n="",o=t.indexOf(".");return o>=0&&(n=t.slice(o+1),t=t.slice(0,o)),{type:t,name:n}})}function Rl(e){return function(){var t=this.__on;if(t){for(var n=0,o=-1,r=t.length,s;n<r;++n)s=t[n],(!e.type||s.type===e.type)&&s.name===e.name?this.removeEventListener(s.type,s.listener,s.options):t[++o]=s;++o?t.length=o:delete this.__on}}}function Fl(e,t,n){return function(){var o=this.__on,r,s=Nl(t);if(o){for(var i=0,a=o.length;i<a;++i)if((r=o[i]).type===e.type&&r.name===e.name){this.removeEventListener(r.type,r.listener,r.options),this.addEventListener(r.type,r.listener=s,r.options=n),r.value=t;return}}this.addEventListener(e.type,s,n),r={type:e.type,name:e.name,value:t,listener:s,options:n},o?o.push(r):this.__on=[r]}}function bs(e,t,n){var o=Sl(e+""),r,s=o.length,i;if(arguments.length<2){var a=this.node().__on;if(a){for(var c=0,l=a.length,u;c<l;++c)for(r=0,u=a[c];r<s;++r)if((i=o[r]).type===u.type&&i.name===u.name)return u.value}return}for(a=t?Fl:Rl,r=0;r<s;++r)this.each(a(o[r],t,n));return this}function*vs(){for(var e=this._groups,t=0,n=e.length;t<n;++t)for(var o=e[t],r=0,s=o.length,i;r<s;++r)(i=o[r])&&(yield i)}var Vn=[null];function P(e,t){this._groups=e,this._parents=t}function Il(){return new P([[document.documentElement]],Vn)}function Tl(){return this}P.prototype=Il.prototype={constructor:P,select:Xr,selectAll:ts,filter:ns,data:ss,enter:os,exit:is,join:as,merge:cs,selection:Tl,order:ls,sort:us,call:fs,nodes:hs,node:ms,each:ds,attr:ps,text:gs,append:ws,insert:xs,remove:ys,on:bs,[Symbol.iterator]:vs};function Ms(e){return typeof e=="string"?new P([[document.querySelector(e)]],[document.documentElement]):new P([[e]],Vn)}function Kn(e){return Ms(oe(e).call(document.documentElement))}var Cl="M-5-5 5 5M-5 5 5-5",$s=42;function As(e="img"){let t=Kn("svg").attr("role",e),n=t.append("text").attr("class","sn-title").attr("x",0).attr("y",13),o=Ll(t),r=t.append("text").attr("class","sn-axis-title").attr("text-anchor","middle");return{svg:t,title:n,axis:o,axisTitle:r}}function Ll(e,t="bottom"){let n=e.append("g").attr("class","sn-axis").attr("font-family","sans-serif"),o=t==="left",r=devicePixelRatio>1?0:.5,s=qt(n,"line",null),i=qt(n,"text",null,a=>a.attr("text-anchor",o?"end":"middle").attr("dy",o?"0.32em":"0.71em"));return function*(a,{at:c,values:l,say:u,size:f,gap:h}){n.attr("transform",o?`translate(${c},0)`:`translate(0,${c})`);let m=Math.max(f,0)+h;s.begin(),i.begin();for(let d of l){yield;let p=a(d)+r;s.next(o?{x2:-f,y1:p,y2:p}:{x1:p,x2:p,y2:f}),i.next(o?{x:-m,y:p}:{x:p,y:m},u(d))}s.end(),i.end()}}function qt(e,t,n,o=()=>{}){let r=e.append("g"),s=[],i=0;return{begin(){i=0},next(a,c){return s[i]??=r.append(t).attr("class",n).call(o).node(),I(s[i],a,c),s[i++]},portion(){},end(){for(let a of s.splice(i))a.remove()}}}function ct(e,t){let n=qt(e,"path",t,r=>r.attr("pointer-events","none")),o=[];return{begin(){n.begin(),o=[]},add:r=>o.push(r),portion(){o.length&&n.next({d:o.join("")}),o=[]},end:n.end}}var nt=e=>Math.round(10*e)/10,_s=(e,t,n)=>`M${nt(e-n)} ${nt(t-n)}l${2*n} ${2*n}m0-${2*n}l-${2*n} ${2*n}`,Yn=(e,t,n)=>`M${nt(e-n)} ${nt(t)}a${n} ${n} 0 1 0 ${2*n} 0a${n} ${n} 0 1 0-${2*n} 0z`,ks=(e,t,n)=>`M${nt(e)} ${nt(n)}H${nt(t)}`,Es=(e,t,n,o)=>`M${nt(e)} ${nt(t)}h${nt(n)}v${nt(o)}h${-nt(n)}z`;function*Ke(e,t,n,o){let r=Object.values(e);for(let{begin:i}of r)i();yield,yield*it(t,o,{portion:n,after:()=>{for(let i of r)i.portion()}}),yield;for(let{end:i}of r)i()}function Os(e){let t=document.createElement("ul");t.className="sn-key";for(let[n,o]of e){let r=document.createElement("li");r.innerHTML=`<svg width="22" height="14" viewBox="-11 -7 22 14" aria-hidden="true">${n}</svg>`;let s=document.createElement("span");s.textContent=o,r.append(s),t.append(r)}return t}var ve={raw:`<path class="sn-raw sn-bold" d="${Cl}"/>`,estimate:'<circle class="sn-estimate" r="5"/>',interval:'<line class="sn-interval" x1="-11" x2="11"/>',population:'<line class="sn-population" x1="-11" x2="11"/>',before:'<circle class="sn-faint" r="4"/>'};var Pl=Math.sqrt(50),Dl=Math.sqrt(10),Ul=Math.sqrt(2);function Ye(e,t,n){let o=(t-e)/Math.max(0,n),r=Math.floor(Math.log10(o)),s=o/Math.pow(10,r),i=s>=Pl?10:s>=Dl?5:s>=Ul?2:1,a,c,l;return r<0?(l=Math.pow(10,-r)/i,a=Math.round(e*l),c=Math.round(t*l),a/l<e&&++a,c/l>t&&--c,l=-l):(l=Math.pow(10,r)*i,a=Math.round(e/l),c=Math.round(t/l),a*l<e&&++a,c*l>t&&--c),c<a&&.5<=n&&n<2?Ye(e,t,n*2):[a,c,l]}function Ns(e,t,n){if(t=+t,e=+e,n=+n,!(n>0))return[];if(e===t)return[e];let o=t<e,[r,s,i]=o?Ye(t,e,n):Ye(e,t,n);if(!(s>=r))return[];let a=s-r+1,c=new Array(a);if(o)if(i<0)for(let l=0;l<a;++l)c[l]=(s-l)/-i;else for(let l=0;l<a;++l)c[l]=(s-l)*i;else if(i<0)for(let l=0;l<a;++l)c[l]=(r+l)/-i;else for(let l=0;l<a;++l)c[l]=(r+l)*i;return c}function Zn(e,t,n){return t=+t,e=+e,n=+n,Ye(e,t,n)[2]}function Ss(e,t,n){t=+t,e=+e,n=+n;let o=t<e,r=o?Zn(t,e,n):Zn(e,t,n);return(o?-1:1)*(r<0?1/-r:r)}function Rs(e,t,n){let o;for(;;){let r=Zn(e,t,n);if(r===o||r===0||!isFinite(r))return[e,t];if(r>0){let s=Math.ceil(e/r),i=Math.floor(t/r);e=(s-(s*r>e))*r,t=(i+(i*r<t))*r}else if(r<0){let s=-r,i=Math.ceil(e*s),a=Math.floor(t*s);e=(i-(i/s>e))/s,t=(a+(a/s<t))/s}o=r}}function Fs(e=[0,1],t=[0,1]){let n=!1;function o(i,[a,c],[l,u]){let f=c===a?.5:(i-a)/(c-a);return n&&(f=Math.min(Math.max(f,0),1)),l*(1-f)+u*f}let r=i=>o(i,e,t),s=(i,a)=>c=>c===void 0?i():(a(c),r);return Object.assign(r,{domain:s(()=>e,i=>e=i),range:s(()=>t,i=>t=i),clamp:s(()=>n,i=>n=i),invert:i=>o(i,t,e),ticks:i=>Ns(e[0],e[1],i),tickFormat(i){let a=Math.abs(Ss(...e,i)),c=Math.max(0,-Math.floor(Math.log10(a)+1e-9)),l={minimumFractionDigits:c,maximumFractionDigits:c};return u=>(u+0).toLocaleString("en",l).replace("-","\u2212")}})}var jl=.1,Wl=.05;function Is(e,t){if(!(t-e<=jl))return[0,1];let n=Wl*Math.max(t-e,1e-6),[o,r]=Rs(e-n,t+n,5);return[Math.max(o,0),Math.min(r,1)]}function Ts(e,t){let[n,o]=e.domain();if(n===0&&o===1)return{values:t<260?[0,.5,1]:[0,.2,.4,.6,.8,1],say:F};let r=e.ticks(t<260?3:5),s=100*(r[1]-r[0]),i=Math.max(0,Math.ceil(-Math.log10(s)-1e-9));return{values:r,say:a=>F(a,i)}}var Bt=24,ql=16,Bl=11,Hl=e=>e<=14?27:e<=24?21:e<=40?15:Math.max(3,Math.min(12,640/e));function Cs(e,t,n){let o=t===void 0?"":` (${t})`,r=Math.max(n-o.length,3);return(e.length>r?`${e.slice(0,r-1)}\u2026`:e)+o}function Gl(e,t){let n=Math.max(...e.map(({name:o,n:r})=>Cs(o,r,99).length));return Math.min(n,t<480?17:26)}function zl(e,t,n,o,r){if(I(e,{visibility:n.band?null:"hidden"}),n.band){let[i,a]=n.band.map(o);I(e,{x:i,width:a-i,y:Bt,height:r-Bt})}let s=n.population==null?null:o(n.population);I(t,{visibility:s===null?"hidden":null}),s!==null&&I(t,{x1:s,x2:s,y1:Bt-4,y2:r})}function Vl(e,{raw:t,mean:n,low:o,high:r,faint:s},i,a,c){e.intervals.add(ks(i(o),i(r),a)),s!==void 0&&e.faint.add(Yn(i(s),a,4.5*c)),e.estimates.add(Yn(i(n),a,5.5*c)),t!==null&&e.crosses.add(_s(i(t),a,5*c))}function Ls(e="img"){let{svg:t,title:n,axis:o,axisTitle:r}=As(e),s=t.append("rect").attr("class","sn-band").node(),i={names:qt(t,"text","sn-name",d=>d.attr("text-anchor","end")),intervals:ct(t,"sn-interval")},a=t.append("line").attr("class","sn-population").node();Object.assign(i,{faint:ct(t,"sn-faint"),estimates:ct(t,"sn-estimate"),crosses:ct(t,"sn-raw sn-bold")});let c=Er(),l=t.append("g"),u=Fs([0,1],[0,1]).clamp(!0),f=27,h=0,m={node:t.node(),marks:l,x:u,left:0,bottom:0,y:d=>Bt+(d+.5)*f,get rowHeight(){return f},*update(d,p){let{rows:g,row:w}=p;h=g.length,f=Hl(h);let x=f>=Bl,y=x?Gl(g.map(w),d):0,b=x?Math.round(7.1*y)+10:16,A=Bt+h*f;m.left=b,m.bottom=A;let M=d-ql-(p.aside??0),[$,_]=p.part??[0,1];u.domain([$,_]).range([b,M]);let O=f<8?.45:f<16?.7:1;I(t.node(),{width:d,height:A+$s,...p.label&&{"aria-label":p.label},class:O<1?"sn-thin":null,style:`--sn-size:${O}`}),I(n.node(),{},p.title??"");let S=p.axisTitle??"success rate";I(r.node(),{x:(b+M)/2,y:A+36},S),yield*c([b,M,A,$,_],()=>o(u,{at:A,...Ts(u,M-b),size:Bt-A,gap:6})),zl(s,a,p,u,A),yield*Ke(i,g,x?8:32,(L,K)=>{let ue=w(L,K),yt=m.y(K);if(x){let un=K===p.pointed?"sn-name sn-here":"sn-name",Mo=Cs(ue.name,ue.n,y);i.names.next({x:b-8,y:yt+4,class:un},Mo)}Vl(i,ue,u,yt,O)})},nearest(d){let p=Math.floor((d.offsetY-Bt)/f);return p>=0&&p<h?p:null}};return m}var kt=92,Ze=84,Je=14,Jn=kt-Je,Ps=520,Xn=15,Kl={rates:"successes",ends:"caseload"},Ds=e=>Math.log1p(Math.max(...e,200)),Yl=(e,t)=>Jn*Math.log1p(e)/t,Zl=(e,t)=>Math.round(Math.expm1(Math.min(Math.max(e,0),Jn)/Jn*t));function Us(e,t,n){let o=r=>r.clientX-e.node.getBoundingClientRect().left;return qt(e.marks,"rect",`sn-grip sn-grip-${t}`,r=>{r.attr("width",2*Xn).on("pointerdown",s=>{s.preventDefault(),s.currentTarget.setPointerCapture(s.pointerId),n.start(Number(s.currentTarget.dataset.doctor))}).on("pointermove",s=>n.held&&n.move(o(s))).on("pointerup pointercancel",()=>n.held&&n.end()).append("title")})}function js(e,t){let{marks:n}=e,o=["patients","own data"].map(u=>n.append("text").attr("class","sn-column").attr("y",13).text(u).node()),r=0,s=Ds([]),i=null,a=(u,f)=>({get held(){return i!==null},start(h){i=h,t.start(h)},move:h=>t.move(u,i,f(h)),end(){i=null,t.end()}}),c={loads:ct(n,"sn-load"),held:ct(n,"sn-load sn-here"),whole:ct(n,"sn-whole"),weights:ct(n,"sn-weight"),rates:Us(e,"raw",a("successes",u=>e.x.invert(u))),ends:Us(e,"load",a("caseload",u=>Zl(u-r,s)))};function l(u,f,h,m,d){let p=Math.min(2*Xn,e.rowHeight),g={x:h-Xn,y:m-p/2,height:p,"data-doctor":f};I(c[u].next(g).firstChild,{},`${d}: drag to change the ${Kl[u]}`)}return{width:u=>(u>=Ps?kt+Ze:kt)-8,*update(u,{order:f,trials:h,raw:m,weight:d,here:p,digits:g}){let w=u>=Ps;r=u-(w?kt+Ze:kt)+Je,i===null&&(s=Ds(h)),I(o[0],{x:r}),I(o[1],{x:r+kt,display:w?null:"none"});let x=Math.max(Math.min(e.rowHeight/2-4,7),1),y=(A,M,$,_)=>c[A].add(Es($,M-x,_,2*x)),b=e.rowHeight>=15;yield*Ke(c,f,b?8:32,(A,M)=>{let $=e.y(M),_=Yl(h[A],s);y(M===p?"held":"loads",$,r,Math.max(_,1)),w&&(y("whole",$,r+kt,Ze-Je),y("weights",$,r+kt,(Ze-Je)*d[A])),b&&(m[A]!==null&&l("rates",A,e.x(m[A]),$,`raw rate ${F(m[A],g)}`),l("ends",A,r+_,$,`${T(h[A])} patients`))})}}}var Jl=[[ve.raw,"raw rate"],[ve.estimate,"estimate"],[ve.interval,"95\xA0% credible interval"],[ve.population,"typical doctor"]];function Xl({reference:e},t){let n=e===null?"success rate":"success rate at the average expectation";return t?`${n}, a part of the scale from ${F(0)} to ${F(1)}`:n}function Ql({raw:e},{low:t,high:n},o){let r=e.filter(s=>s!==null);return Is(Math.min(o,...t,...r),Math.max(o,...n,...r))}function Ws({now:e,again:t},n){let o=[],r=[0,1],s=!1,i=null,a=Ls("group"),c=js(a,{start(h){s=!0,n.take(h)},move(h,m,d){let{counts:p}=e(),[,g,w,x]=p[m],y=$r(d,w,x,et(p).reference);h==="caseload"&&d!==w&&n.setCaseload(m,d),h==="successes"&&y!==g&&n.setSuccesses(m,y)},end(){s=!1,t()}});function l(h){s||h===i||(i=h,t())}a.node.addEventListener("pointermove",h=>l(a.nearest(h))),a.node.addEventListener("pointerleave",()=>l(null));let u=k("div",{class:"sn-pictures"},a.node),f=k("p",{class:"sn-readout sn-told"});return{node:k("div",{class:"sn-figure"},u,Os(Jl),f),picture:a.node,say:h=>jt(f,h),orderOf(h,{trials:m},{mean:d}){return(!s||o.length!==m.length)&&(o=Hr(h.order,m,d)),o},*update(h,{state:m,table:d,found:p,typical:g,finding:w}){let x=at(m),y=o[i]??x,b=ne(p);s||(r=Ql(d,p,g));let[A,M]=r;yield,yield*a.update(h,{rows:o,row:_=>Ar(_,d,p),population:g,title:h>520?"From raw rates to estimates":"",label:`Raw rates and estimates of ${j(o.length,"doctor")}. ${w}`,part:r,axisTitle:Xl(d,M-A<1&&h>520),pointed:o.indexOf(y),aside:c.width(h)}),yield;let $=o.indexOf(x);yield*c.update(h,{order:o,...d,weight:p.weight,here:$,digits:b}),yield,jt(f,Yr(y,d,p))}}}var v={own:{counts:{unit:"doctor",successes:"successes",trials:"trials"},patients:{unit:"doctor",success:"success"},further:{expected:"expected"}},roles:`unit
trials
successes
failures
rate
failure_rate
expected
ratio
success
failure
stratum`.split(`
`),fillers:`number
no
num
nr
count
counts
total
totals
of
the
in
for
with
who
all
observed
obs
actual
crude
raw
performed
treated
n
percent
rate
hospital
inpatient
patient
patients
cases
day
days
30
90
within
at
by
and
or
name
eligible`.split(`
`),passed_over:`lower
upper
low
high
lcl
ucl
ci
limit
limits
lci
uci
se
sd
error
z
zscore
rank
ranking
significance
significant
footnote
footnotes
date
start
end
stars
star
rating
national
benchmark
target
comparison
average
band
banding
outlier
address
city
phone
zip
postcode`.split(`
`),unit:{doctor:"doctor",doctors:"doctor",dr:"doctor",physician:"physician",physicians:"physician",surgeon:"surgeon",surgeons:"surgeon",operator:"operator",consultant:"consultant",clinician:"clinician",anaesthetist:"anaesthetist",nurse:"nurse",midwife:"midwife",therapist:"therapist",hospital:"hospital",hospitals:"hospital",hosp:"hospital",provider:"provider",providers:"provider",provnum:"provider",trust:"trust",trusts:"trust",site:"site",sites:"site",centre:"centre",center:"centre",clinic:"clinic",clinics:"clinic",facility:"facility",practice:"practice",ward:"ward",unit:"unit",units:"unit",team:"team",department:"department",institution:"institution",organisation:"organisation",organization:"organisation",board:"board",study:"study",studies:"study",herd:"herd",group:"group",school:"school",teacher:"teacher",county:"county",laboratory:"laboratory",lab:"laboratory",programme:"programme",program:"programme"},wider_units:`region
regions
state
country
network
district
area
province
system`.split(`
`),names:`name
names
label`.split(`
`),identifiers:`id
ids
code
codes
identifier
key
ccn
npi
ods
number
no
num
nr`.split(`
`),patient_identifiers:`patient
patientid
case
mrn
record
episode
nhs
subject
chi
fall
fallnummer
fallnr
patientennummer
pid
id`.split(`
`),trials:`trials
trial
n
patients
cases
procedures
operations
discharges
admissions
spells
volume
caseload
denominator
surgeries
births
deliveries
implants
transplants
treatments
episodes
visits
size
pop
population
sample
animals
interventions
total
nop`.split(`
`),trials_alone:`n
total
size
pop
population
sample
volume
trial
animals
visits
episodes
nop`.split(`
`),successes:{successes:"success rate",success:"success rate",successful:"success rate",survivors:"survival rate",survived:"survival rate",survival:"survival rate",survive:"survival rate",survives:"survival rate",survivor:"survival rate",alive:"survival rate",cured:"cure rate",cure:"cure rate",recovered:"recovery rate",healed:"healing rate",good:"success rate",wins:"success rate",responders:"response rate"},failures:{deaths:"mortality",death:"mortality",died:"mortality",dead:"mortality",mortality:"mortality",mortalities:"mortality",fatalities:"mortality",nod:"mortality",failures:"failure rate",failure:"failure rate",failed:"failure rate",unsuccessful:"failure rate",bad:"failure rate",complications:"complication rate",complication:"complication rate",readmissions:"readmission rate",readmission:"readmission rate",readmitted:"readmission rate",infections:"infection rate",infection:"infection rate",infected:"infection rate",revisions:"revision rate",revision:"revision rate",revised:"revision rate",reoperations:"reoperation rate",reoperation:"reoperation rate",reoperated:"reoperation rate",relapses:"relapse rate",relapse:"relapse rate",relapsed:"relapse rate",errors:"error rate",falls:"fall rate",leaks:"leak rate",strokes:"stroke rate",stroke:"stroke rate",incidence:"incidence",incidents:"incident rate",tumours:"tumour rate",tumors:"tumour rate",sepsis:"sepsis rate",stillbirths:"stillbirth rate",stillbirth:"stillbirth rate",stillborn:"stillbirth rate",bleeding:"bleeding rate",haemorrhages:"haemorrhage rate",returns:"return rate",adverse:"adverse event rate"},turning:`not
non
without
never
didn`.split(`
`),turning_no:"no".split(`
`),turned_after:"free".split(`
`),turned_of:`of
from`.split(`
`),between:`any
a
an
been
yet
major
minor
serious
severe
further
other
did
were
was
have
t
patients
cases
unplanned
emergency
surgical
post
operative
postoperative`.split(`
`),unchanging:`index admission
index admissions
index procedure
index procedures
index operation
index operations
index case
index cases
index surgery`.split(`
`),changing:`zero
excess
change
changes
changed
difference
median
mean
cost
costs
charges
price
eur
keur
usd
index
grade
quartile
quintile
percentile
decile
trend
estimated
estimate
est
shrunken
shrunk
smoothed
posterior
bayesian
modelled
modeled
fitted
corrected
complete
completed
completeness
avoided
averted
prevented
saved
reviewed
review
reviews
previous
prior
past
preceding
historical
earlier
odds
hazard
probability
pvalue
p value
time
until
thousands
thousand
1000s
000s
000
1000
millions
per
annual
annually
yearly
monthly
weekly
daily
cumulative
cumulated
rolling
weighted
unweighted
missing
excluded
ineligible
refused
cancelled
of which
thereof
davon
dont
live discharges
discharged alive
followed by`.split(`
`),durations:`days
months
years
hours
weeks
minutes
yrs
hrs
mths`.split(`
`),duration_numbers:`one
two
three
five
ten
thirty
ninety
all
both`.split(`
`),per:{100:100,1e3:1e3,1e4:1e4,1e5:1e5,1e6:1e6,cent:100,hundred:100,mille:1e3,mil:1e3,thousand:1e3,million:1e6},per_words:`per
pro
pour
je
por`.split(`
`),wholes:`case
cases
patient
patients
procedure
procedures
operation
operations
discharge
discharges
admission
admissions
spell
spells
surgeries
birth
births
delivery
deliveries
implants
transplants
treatments
episode
episodes
population
people
persons
inhabitants
the`.split(`
`),rate_nouns:`mortality
survival`.split(`
`),complements:{"survival rate":"mortality",mortality:"survival rate"},general_nouns:`success rate
failure rate`.split(`
`),by_a_model:`by
from
under
model
models
score
sts
euroscore
pim3
pim2
apache
icnarc
sofa
saps
value
adjusted
standardised
standardized
risk
mix
a
on
to
happen
die
year
post
postoperative
after
surgery
surgical
graft
mean`.split(`
`),frequencies:`n
number
count
counts
freq
frequency
frequencies
anzahl
patients
cases`.split(`
`),measures:`measure
measures
cause
causes
outcome
outcomes
indicator
indicators
endpoint
endpoints
event
metric
metrics
kennzahl
indikator`.split(`
`),people:`doctor
physician
surgeon
operator
consultant
clinician
anaesthetist
nurse
midwife
therapist
teacher`.split(`
`),person_names:`surname
forename
firstname
lastname
first
last
given
family
vorname
nachname
initials
christian`.split(`
`),parts:`of which
thereof
davon
darunter
dont
including`.split(`
`),titles_that_tell:`mr
mrs
ms
miss
md
herr
frau`.split(`
`),undirected:`events
event
observed
numerator
outcome
outcomes
result
results
y
status
counted
obs
o
s
actual`.split(`
`),rates:`rate
rates
percent
percentage
pct
proportion
share
prop
omr`.split(`
`),failure_rates:"omr".split(`
`),expected:`expected
exp
e
emr
predicted
pred`.split(`
`),expected_second:`predicted
pred`.split(`
`),ratios:`smr
shmi
hsmr
ratio
oe
ramr
rsmr
rarr
sir`.split(`
`),ratios_of_rate:`ramr
rsmr
rarr`.split(`
`),nouns_of_ratios:{omr:"mortality",emr:"mortality",ramr:"mortality",smr:"mortality",hsmr:"mortality",shmi:"mortality",rarr:"readmission rate"},adjusted:`adjusted
standardised
standardized
adj
risk`.split(`
`),stratum:`year
years
month
quarter
period
category
categories
stratum
type
class
level
sex
gender
measure
procedure
condition
specialty
season
band
age
severity
risk
urgency`.split(`
`),covariates:`severity
age
sex
gender
risk
urgency
urgent
score
asa
euroscore
comorbidity
comorbidities
charlson
bmi
diabetes
emergency
mix`.split(`
`),missing:`
na
n/a
nan
null
none
-
\u2013
\u2014
--
#n/a
#na
.
?
missing
unknown
not known
n.a.
nd`.split(`
`),suppressed:`*
**
***
\u2020
s
(s)
x
suppressed
withheld
masked
redacted
confidential
too few
too few to report
too few cases
too small
not shown
not disclosed
low volume
small number
small numbers
number of cases too small`.split(`
`),unavailable:`not available
not reported
not published
not applicable
not submitted
no data
data not available`.split(`
`),fewer_than:`<
fewer than
less than
under
below`.split(`
`),at_most:`<=
=<
\u2264
at most
up to`.split(`
`),range_marks:`-
\u2013
\u2014
 to `.split(`
`),good:`1
success
successful
alive
survived
survivor
living
cured
recovered
healed
good`.split(`
`),bad:`0
failure
failed
dead
died
deceased
death
bad`.split(`
`),yes:`1
yes
y
true
t`.split(`
`),no:`0
no
n
false
f`.split(`
`),totals:`total
totals
grand total
all
overall
sum
statewide
state total
statewide total
national
national total
nationwide
combined
aggregate
subtotal
sub total
all units
all rows
all categories
all years
both
any
everyone
everybody
gesamt
gesamtergebnis
gesamtsumme
insgesamt
summe
zwischensumme
alle
bundesweit
total g\xE9n\xE9ral
total general
ensemble
somme
sous total
tous
totale
totaal
totalt
summa
suma
razem
\u03C3
both sexes
mf
all causes
alle jahre`.split(`
`),total_words:`total
totals
subtotal
all
overall
statewide
sum
gesamt
alle`.split(`
`),total_ends:`total
totals
subtotal
gesamt
ergebnis
summe`.split(`
`),nations:`england
scotland
wales
northern ireland
united kingdom
uk
great britain
ireland
united states
u s
us
usa
germany
deutschland
bund
france
italia
italy
espa\xF1a
spain
\xF6sterreich
austria
schweiz
switzerland
suisse
nederland
netherlands
belgium
canada
australia
new zealand
sweden
sverige
norway
norge
denmark
danmark
finland
polska
poland
portugal
brasil
country
nation
region
state
all others
rest
gesamtbev\xF6lkerung`.split(`
`),averages:`average
averages
avg
mean
median
benchmark
durchschnitt
mittelwert
mittel
bundesdurchschnitt
landesdurchschnitt
moyenne
m\xE9diane
medione
gemiddelde
promedio
peer group
peers
standard deviation
standardabweichung`.split(`
`),averages_alone:`sd
min
max
minimum
maximum
media
mediana
iqr
range
target
variance
comparator
reference`.split(`
`),titles_of_people:`dr
prof
professor
mr
mrs
ms
miss
md
phd
doctor
frcs`.split(`
`),footnote_starts:`*
\u2020
\u2021
\xA7
#
//
source
sources
note
notes
footnote
footnotes
data source
data from
n.b
nb
remark
remarks
legend
key:
abbreviations
see 
report generated
generated
downloaded
copyright
\xA9
(1)
[1]
(a)
[a]`.split(`
`)};var C=e=>e.replace(/([a-zß-ÿ])(?=[A-Z])/g,"$1 ").toLowerCase().replaceAll("%"," percent ").replaceAll("\u2030"," permille ").replaceAll("#"," number ").replace(/(?<=\d)[.,](?=\d{3}(?!\d))/g,"").split(/[^\p{L}\p{N}]+/u).filter(Boolean),qs=(e,t)=>t.some(n=>e.startsWith(n)&&!(/[\p{L}\p{N}]$/u.test(n)&&/^[\p{L}\p{N}]/u.test(e.slice(n.length))));var tu=/^([\d., ]*\d) ?\( ?([\d.,]+) ?(%?) ?\)$/;function re(e,t){let[,n,o,r]=tu.exec(e)??[];if(!n)return[e,""];let s=C(t),i=s.find(c=>["n","number","percent"].includes(c))??"percent",a=s.includes("percent")&&i!=="percent";return r||a?[n,o]:[e,""]}var N=class extends Error{constructor(t,n,o=[]){super(t),this.kind=n,this.rows=o}},E=(e,t,n=[],o=!1)=>({kind:e,text:t,rows:n,doubtful:o}),pt=class{#t=[];add(t,n,o,r="value"){this.#t.push({row:t,text:`Line ${t}, column \u201C${n}\u201D: ${o}`,kind:r})}refuse(){if(this.#t.length)throw this.#t.sort((t,n)=>t.row-n.row),new N(this.#t[0].text,this.#t[0].kind,this.#t)}};function D(e,t=5){let n=e.slice(0,t).map(o=>typeof o=="string"?`\u201C${o}\u201D`:String(o));return e.length>t&&n.push(`${e.length-t} more`),n.length===1?n[0]:`${n.slice(0,-1).join(", ")} and ${n.at(-1)}`}var U=e=>e.length===1?`line ${e[0]}`:`lines ${D(e)}`;function se(e,t){return e?t?`\u201C${e}\u201D, which stands for nothing`:`\u201C${e}\u201D`:"nothing"}var eu=[...v.suppressed,...v.unavailable],Bs=e=>/^\d+$/.test(e),z=e=>v.missing.includes(e.toLowerCase());function ie(e){let t=e.toLowerCase().trim().split(/\s+/).join(" ");if(eu.includes(t))return[NaN,NaN];for(let[n,o]of[[v.at_most,0],[v.fewer_than,1]])for(let r of n){let s=t.slice(r.length).trim();if(t.startsWith(r)&&Bs(s))return[0,Number(s)-o]}for(let n of v.range_marks){let o=t.split(n).map(r=>r.trim());if(o.length===2&&o.every(Bs)&&Number(o[0])<Number(o[1]))return o.map(Number)}return null}var[ae,gt,Et,Qn]=[0,1,2,3],to=/^([+-]?)(\d[\d.,]*|[.,]\d+)(e[+-]?\d{1,3})?( ?%)?$/i,nu=/^[+-]?\d{1,3}([ '’]\d{3})+([.,]\d+)?( ?%)?$/,ou=/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i,ru=1e12,Xe={".":",",",":"."},su=/^[1-9]\d{0,2}[.,]\d{3}$/;function eo(e){let t=e.replace(/−/g,"-").trim().split(/\s+/).join(" ");return nu.test(t)?t.replace(/(\d)[ '’](?=\d{3})/g,"$1"):t}var J=e=>to.test(eo(e));function W(e,t="."){let n=eo(e);if(t==="."&&ou.test(n))return Number(n);let o=to.exec(n);if(!o)return null;let r=Xe[t],[s,...i]=o[2].split(t);if(i.length>1||i[0]?.includes(r))return null;if(s.includes(r)){if(!/^\d{1,3}([.,]\d{3})+$/.test(s))return null;s=s.replaceAll(r,"")}return!s&&!i[0]?null:+`${o[1]}${s||"0"}.${i[0]||"0"}${o[3]??""}`}function iu(e,t){let n=to.exec(eo(e)),o=n?.[2].match(/[.,]/g);if(!o)return null;let r=o.at(-1),s=Xe[r];return o.includes(s)?[r,!0]:o.length>1?[s,!0]:su.test(n[2])&&!n[3]&&!n[4]?t&&!n[2].endsWith("000")?[s,!0]:[r,!1]:[r,!0]}function Hs(e,t){let n={},o=[],r="";for(let{heading:h,cells:m,whole:d}of e)for(let[p,g]of m){let w=/[.,]/.test(p)?iu(p,d):null;if(!w)continue;let[x,y]=w,b=`\u201C${p}\u201D (line ${g}, column \u201C${h}\u201D)`;y?(n[x]??=b,p.includes(Xe[x])&&(r||=b)):o.push([x,d,b])}if(n["."]&&n[","])throw new N(`${n["."]} has a decimal point or a comma between thousands, but ${n[","]} the reverse. Write all numbers in one way: whole numbers without any mark (1174), decimals with a point (0.5).`,"thousands");let s=Object.keys(n)[0]??au(o,t),i=Xe[s],a=r||o.find(([h])=>h===i)?.[2];if(!a)return{decimal:s,notes:[]};let c=i===","?"comma":"point",l=!Object.keys(n).length&&o.some(([,h])=>!h),f=`In ${a}, the ${c} was read as separating thousands.${l?" Nothing else in the table says so: if it begins the decimals, write a point.":""}`;return{decimal:s,notes:[E("thousands",f,[],l)]}}function au(e,t){let n=(i,a)=>e.some(c=>c[0]===i&&c[1]===a),o=n(",",!0)||n(",",!1);if(o&&t!==";"&&!n(".",!0))return".";let r=e.find(([,i])=>i),s=new Set(e.map(([i,a])=>i+a));if(r||s.size>1){let i=(r??e[0])[2],a=i.slice(1).split(/[.,]/)[0];throw new N(`${i} can be ${a}, with decimals, or ${a} thousand, and nothing else in the table says which. Write whole numbers without any mark: ${a} or ${a}000.`,"thousands")}return o?",":"."}function Gs(e,t,n){let o=new Map;for(let i of e)o.has(i)||o.set(i,cu(i,t,n));let r=[...o],s=r.map(([,i])=>i).filter(({state:i})=>i===Et);if(r.some(([,{value:i}])=>i===0))for(let i of s)i.low===0&&i.high>0&&(i.low=1);if(s.length)for(let[i,a]of r)i&&a.state===gt&&(a.state=Et);return e.map(i=>o.get(i))}function cu(e,t,n){let o={value:NaN,state:Qn,low:NaN,high:NaN};if(z(e))return{...o,state:gt};let r=W(e,t);if(r!==null&&Number.isFinite(r))return n&&!(!e.includes("%")&&r>=0&&r===Math.round(r)&&r<ru)?o:{value:r,state:ae,low:r,high:r};let s=ie(e);return s?{...o,state:Et,low:s[0],high:s[1]}:o}var lu=5;function zs(e,t,n){let o=e[0].toLowerCase();return v.footnote_starts.some(s=>o.startsWith(`${s}:`))?!0:e.some(J)||e.slice(1).some(s=>z(s)||ie(s))?!1:qs(o,v.footnote_starts)?!0:e.length===1&&t>1&&(n&&t>2||C(o).length>=lu)}var wt={...v.failures,...v.successes};function ce(e){let t=C(e);for(let[n,o]of t.entries()){let r=v.per_words.includes(o)&&n+1<t.length,s=r?v.per[t[n+1]]:/^p(er|ro)mille$/.test(o)&&1e3,i=t.slice(n+(r?2:1));if(s&&i.every(a=>v.wholes.includes(a)||v.rates.includes(a)))return[[...t.slice(0,n),"percent"],s===100?null:s]}return[t,null]}function Vs(e){let t=` ${e.join(" ")} `;for(let o of v.unchanging)t=t.replaceAll(` ${o} `," ");if(e.includes("ratio")&&(t=t.replace(" excess "," ")),v.changing.some(o=>t.includes(` ${o} `)))return!0;let n=o=>v.duration_numbers.includes(o)||/^\d+$/.test(o);return e.some((o,r)=>v.durations.includes(o)&&!(r>0&&n(e[r-1])))}function Qe(e,t){let n=[!1,!1,!1],o=new Set;for(let[s,i]of t.entries()){if(!Object.hasOwn(wt,i))continue;let a=uu(t,s),c=fu(t,s);if(a>=0&&(o.add(a),v.turning_no.includes(t[a]))){if(!no(e))return null;a=-1}let l=Object.hasOwn(v.failures,i)!==(a>=0!==c);n[l?0:1]=!0,n[2]||=a>=0||c}let r=(s,i)=>v.turning.includes(s)&&s!=="non"&&!o.has(i);return t.some(r)||n[0]&&n[1]?null:n}var no=e=>/\bno(\.|:|s\b|\s*of\b)|n[º°]/.test(e.toLowerCase());function uu(e,t){let n=t-1;for(;n>=0&&v.between.includes(e[n]);)n--;return v.turned_of.includes(e[n])&&v.turned_after.includes(e[n-1])?n-1:n>=0&&[...v.turning,...v.turning_no].includes(e[n])?n:-1}var fu=(e,t)=>v.turned_after.includes(e[t+1])&&!v.turned_of.includes(e[t+2]),Ht=(e,t)=>e===t||[e,t].some(n=>n===null||v.general_nouns.includes(n))||v.complements[e]===t;var Ks=["number","no","num","nr"],hu="trials successes failures rate failure_rate expected ratio".split(" "),xt=2,Gt=1,oo={successes:"rate",failures:"failure_rate",undirected:"undirected rate"},lt=e=>e.toLowerCase().trim().split(/\s+/).join(" ");function $e(e){let t=C(e);if(t.includes("no")&&!no(e))return lt(e);let n=t.filter(o=>!["n","number","no","count"].includes(o));return n.length===1&&!e.includes("%")?n[0]:lt(e)}var ro=e=>Array.isArray(e)?t=>e.includes(t):t=>Object.hasOwn(e,t),G=(e,...t)=>t.some(n=>e.some(ro(n))),le=(e,...t)=>e.every(n=>t.some(o=>ro(o)(n))),q=(e,t=0,n=null)=>({role:e,strength:t,noun:n,scale:null}),Me=new Map;function R(e){return Me.size>4096&&Me.clear(),Me.has(e)||Me.set(e,mu(e)),Me.get(e)}function mu(e){let[t,n]=ce(e);if(!t.length||G(t,v.passed_over)||t.length>12)return q(null);for(let o of[du,pu,gu,wu,xu,yu,bu,vu]){let r=o(e,t);if(!r)continue;let{role:s}=r;return hu.includes(s)||s?.startsWith("undirected")?Vs(t)?q(null):{...r,role:n&&oo[s]||s,scale:n}:r}return q(null)}function du(e,t){let n=G(t,v.expected)&&G(t,v.undirected,["observed"]),o=t.includes("ratio"),r=G(t,v.adjusted,wt);return t.some(s=>s!=="ratio"&&v.ratios.includes(s))||e.includes("/")&&n||o&&(r||n)?q("ratio",xt,tn(t)):null}function pu(e,t){let n=t.some(i=>v.identifiers.includes(i)&&!Ks.includes(i)),o=t.slice(0,-1),r=Ks.includes(t.at(-1))&&o.length>0;if(!n&&!(r&&le(o,v.unit,v.patient_identifiers)))return null;let s=t.some(i=>i!=="id"&&v.patient_identifiers.includes(i))&&!G(t,v.unit);return q(s?"patient":"identifier",xt)}function gu(e,t){if(!G(t,v.expected)||G(t,["e","pred"])&&t.length>1)return null;let n=G(t,wt),{expected:o,fillers:r,rates:s,undirected:i,trials:a,by_a_model:c}=v,l=le(t,o,r,s,i,a,c,["emr"]);return!n&&!l?q(null):q("expected",G(t,v.expected_second)?Gt:xt,tn(t))}function wu(e,t){if(!t.some(o=>o!=="risk"&&v.adjusted.includes(o)))return null;let n=G(t,v.rates,wt);return q(n?"ratio":null,Gt,tn(t))}var xu=(e,t)=>G([t[0],t.at(-1)],v.covariates)?q("covariate",xt):null;function yu(e,t){let n=Qe(e,t);if(!n)return q(null);let[o,r,s]=n,{rates:i,fillers:a,trials:c,undirected:l,turning:u,turned_after:f}=v,h=G(t,i),m=le(t,a,wt,i,c,l,u,f),d=s?null:tn(t),p=m?xt:Gt;return o||G(t,v.failure_rates)?q(h?"failure_rate":"failures",p,d):r?q(h?"rate":"successes",p,d):h&&m?q("undirected rate",Gt):le(t,l,a)&&G(t,l)?q("undirected",Gt):null}function bu(e,t){let n=t.filter(r=>v.trials.includes(r)),o=le(t,v.trials,v.fillers);return n.length&&(o||n.some(r=>!v.trials_alone.includes(r)))?q("trials",o?xt:Gt):G(t,v.stratum)?q("stratum",xt):t.length===1&&v.patient_identifiers.includes(t[0])?q("patient",xt):null}function vu(e,t){if(G(t,v.rates,v.ratios))return null;let n=t.filter(o=>Object.hasOwn(v.unit,o)).map(o=>v.unit[o]);return n.length?q("unit",xt,n.at(-1)):le(t,v.names)||G(t,v.wider_units)?q("unit",Gt,t.find(o=>v.wider_units.includes(o))??null):null}function tn(e){for(let t of[v.nouns_of_ratios,wt]){let n=e.find(ro(t));if(n)return t[n]}return null}var Mu=40,Ot=e=>e.filter(t=>t.trim());function*Ys({records:e,separator:t,first:n},o,r){let s=o?-1:$u(e.slice(0,Mu)),i=o??_u(e[s].map(h=>h.trim()),e.slice(s+1));yield;let a=[];yield*it(e,(h,m)=>{m>s&&Ot(h).length&&a.push({cells:h.map(d=>d.trim().split(/\s+/).join(" ")),row:m+n})},{portion:32});let l={numbers:[],columns:[],headerRow:s+n,separator:t,notes:[]},u=e.slice(0,Math.max(s,0)).map(Ot).filter(h=>h.length);if(u.length){let h=u.map(d=>d.map(p=>p.trim()).join(" ")).join(" "),m=`Above the headings in line ${s+n} stands: \u201C${h.slice(0,200)}\u201D.`;l.notes.push(E("title",m))}ku(l,a,i.length),Eu(a,i.length);let f=a.filter(({row:h})=>!r.has(h));if(yield,l.numbers=f.map(({row:h})=>h),l.columns=i.map((h,m)=>({heading:h,texts:f.map(({cells:d})=>d[m]??"")})),Ou(l),!f.length)throw new N("Here are the names of the columns, but no row below them. Add a row a doctor.","no rows");return l}function $u(e){let t=e.map(a=>Ot(a).length),n=e.map((a,c)=>c).filter(a=>t[a]>1);if(!n.length)throw new N("No line has two columns or more, and a table needs at least two: the units and what is counted of each.","one column");let o=a=>{let c=Ot(e[a]);return 3*c.filter(J).length>=c.length?0:new Set(c.map(l=>R(l).role).filter(Boolean)).size},r=e.map((a,c)=>t[c]>1?o(c):0),s=n.reduce((a,c)=>r[c]>r[a]?c:a);if(r[s]<2){let a=l=>t.filter(u=>u===l).length,c=n.map(l=>t[l]).reduce((l,u)=>a(u)>a(l)||a(u)===a(l)&&u>l?u:l);s=n.find(l=>t[l]>=c)}let i=Ot(e[s]);if(2*i.filter(J).length>=i.length)throw new N(`Line ${s+1}: expected the names of the columns, found \u201C${i.join(", ").slice(0,60)}\u201D. Add a first line that names them: doctor, successes, trials.`,"no headings");return Au(e,s),s}function Au(e,t){let n=Ot(e[t]).length,o=e.slice(0,t).findIndex(r=>{let s=Ot(r);return s.length>2&&s.filter(J).length>1&&2*s.length>n});if(o>=0)throw new N(`Line ${t+1}: expected titles alone above the names of the columns, found numbers in line ${o+1}. Is it a second table? Keep one table here, with the names of its columns in its first line.`,"two tables")}function _u(e,t){let n=e.length;for(;n&&!e[n-1]&&!t.some(o=>o[n-1]?.trim());)n--;return e.slice(0,n).map((o,r)=>o||`column ${Zs(r)}`)}var Zs=e=>(e>=26?Zs(Math.floor(e/26)-1):"")+String.fromCharCode(65+e%26);function ku(e,t,n){let o=t.length,r=[],s=[];for(let c=t.length-1;c>=0;c--){let l=Ot(t[c].cells.slice(0,n));s.unshift(l.join(" "));let u=c>0&&t[c].row-t[c-1].row>1;if(l.length&&zs(l,n,u))o=c,r=[...s];else if(l.length>1||J(l[0]??""))break}if(!r.length)return;let i=t.splice(o).map(({row:c})=>c),a=`Below the table, in ${U(i)}, stands: \u201C${r.join(" ").slice(0,200)}\u201D.`;e.notes.push(E("footnote",`${a} It was not read as a row.`,i))}function Eu(e,t){let n=e.find(({cells:o})=>o.slice(t).some(Boolean));if(n)throw new N(`Line ${n.row}: expected ${t} columns, found ${n.cells.length}. A value that contains the separator must stand in quotation marks, \u201C1,174\u201D as a number too.`,"width")}function Ou(e){let[{heading:t,texts:n}]=e.columns;t!=="column A"||e.columns.length<3||[0,1].some(o=>n.every((r,s)=>r===String(s+o)))&&(e.notes.push(E("index","The first column has no heading and counts the rows: not read.")),e.columns.shift())}var B=({columns:e},t)=>e.find(n=>lt(n.heading)===lt(t));function ot({texts:e}){let t=new Map;return e.forEach((n,o)=>t.has(n)||t.set(n,o)),[...t]}function Nt(e,t){let n=new Map;for(let o of e)n.has(t(o))||n.set(t(o),[]),n.get(t(o)).push(o);return n}function en({columns:e,headerRow:t},n){for(let o of n)if(e.filter(r=>lt(r.heading)===lt(o)).length>1)throw new N(`Line ${t}: two columns are called \u201C${$e(o)}\u201D. Rename one of them; if each is for another year or group, write a row for each unit and year instead, with a column \u201Cyear\u201D.`,"twins")}var Nu=[...v.good,...v.bad,...v.yes,...v.no],Js="Fill it in, or leave the line out.",Xs=e=>e.toLowerCase().replace(/^([01])\.0{0,2}$/,"$1");function St(e){let t=e.filter(n=>!z(n));return t.length>0&&t.every(n=>Nu.includes(Xs(n)))}function Qs(e,t){let n=Xs(e);return v.yes.includes(n)?t?0:1:v.no.includes(n)?t?1:0:v.good.includes(n)?1:v.bad.includes(n)?0:null}function ti(e,t){let n="failure"in t,o=B(e,t.unit),r=B(e,t[n?"failure":"success"]),s=new pt,i=e.numbers.map((f,h)=>{let m=o.texts[h];if(z(m)){let w=`expected the ${R(o.heading).noun??"doctor"}\u2019s name, found ${se(m,!0)}. ${Js}`;s.add(f,o.heading,w,"missing")}let d=r.texts[h],p=Qs(d,n);if(p===null){let g=z(d),w=g?Js:`Write 1 for a ${n?"failure":"success"} and 0 for the others, or yes and no.`,x=`expected 0 or 1, found ${se(d,g)}. ${w}`;s.add(f,r.heading,x,g?"missing":"value")}return{row:f,place:h,doctor:m,low:p,high:p,trials:1}});s.refuse();let a=`Column \u201C${r.heading}\u201D marks failures: the successes are the other patients.`,c=e.columns.filter(f=>f!==o&&f!==r),l=[...n?[E("turned",a)]:[],...Ru(e,c)];if(l.push(...Su(i,r,c)),Ae(o)){let h=`Every ${R(o.heading).noun??"doctor"} has one line, and a line was read as a patient. If a line has counts, add a column \u201Ctrials\u201D with all patients of it.`;l.push(E("single",h,[],!0))}let u=c.map(({heading:f})=>f);return u.length&&l.push(E("unused",`Not read: column ${D(u,12)}.`)),{rows:i,notes:l}}function Su(e,t,n){for(let{heading:o,texts:r}of n){let{role:s,noun:i}=R(o),a=s==="failures";if(!a&&s!=="successes"||!St(r)||!Ht(i,R(t.heading).noun))continue;let c=({place:f,low:h})=>h===(a?1:0)&&Qs(r[f],a)===1-h,l=e.filter(c).map(({row:f})=>f).slice(0,100);if(!l.length)continue;let u=`Column \u201C${o}\u201D says the reverse of \u201C${t.heading}\u201D in ${U(l)}. Is 1 a success in \u201C${t.heading}\u201D?`;return[E("contradicts",u,l,!0)]}return[]}function Ru({numbers:e},t){for(let{heading:n,texts:o}of t){if(R(n).role!=="patient")continue;let r=new Map;for(let c of o)r.set(c,(r.get(c)??0)+1);let s=[...r.keys()].filter(c=>r.get(c)>1&&!z(c));if(!s.length)continue;let i=e.filter((c,l)=>s.includes(o[l])).slice(0,100),a=`${D(s,3)} in column \u201C${n}\u201D stand in more than one line (${U(i)}). If that is one patient, entered twice, delete one of the lines; all were counted.`;return[E("repeated",a,i,!0)]}return[]}var Ae=({texts:e})=>e.length>1&&new Set(e).size===e.length,so=({texts:e})=>e.slice(0,1e3).some(t=>{let n=W(t);return n>1&&n===Math.round(n)});function io(e){let{role:t,strength:n}=R(e.heading),o=C(e.heading),r=o.length>0&&o.every(s=>v.frequencies.includes(s));return(t==="trials"&&n===2||r)&&so(e)}function ei(e,t){let n=["successes","failures","success","failure"].find(i=>i in t);if(!n||!("unit"in t)||"successes"in t&&"failures"in t)return;let o=t[n],r=e.columns.filter(i=>![t.unit,o].includes(i.heading)&&io(i));if(!r.length||Ae(B(e,t.unit))||!St(B(e,o).texts))return;let s=t.trials??r[0].heading;throw new N(`\u201C${o}\u201D has one of two values in every line, units have several lines, and \u201C${s}\u201D has larger numbers. If every line is a patient, choose so for \u201C${o}\u201D. If every line stands for \u201C${s}\u201D patients with one outcome, add them up: a line for each unit, with its successes and trials. If \u201C${o}\u201D is a count among \u201C${s}\u201D, choose so for both.`,"frequencies")}var Fu=[...v.good,...v.bad].filter(e=>e!=="0"&&e!=="1");function nn({heading:e,texts:t}){let n=C(e),o=r=>n.some(s=>r.includes(s));return o(v.rate_nouns)&&!o(v.frequencies)&&t.every(r=>!(W(r)>100))}function ni(e){let{role:t}=R(e.heading),n={rate:"successes",failure_rate:"failures"}[t],o=ot(e).filter(([i])=>J(i.slice(0,1)));if(n&&o.length&&o.every(([i])=>re(i,e.heading)[1]))return n;if(!["successes","failures","undirected","trials"].includes(t))return t;let r=ot(e).slice(0,1e3).map(([i])=>i).filter(i=>!z(i));if(!r.length)return null;if(t==="undirected"&&r.some(i=>Fu.includes(i.toLowerCase())))return St(r)?"successes":null;if(St(r)&&t!=="trials")return t;if(r.every(i=>!J(i)&&!ie(i)))return null;let s=r.filter(i=>i.includes("%")||(W(i)??0)%1);return!s.length||s.every(i=>/^[1-9]\d{0,2}\.\d{3}$/.test(i))?t:oo[t]??null}var Vt=["successes","failures","rate","failure_rate"],on=["success","failure"],oi={...v.own.counts,...v.own.patients,...v.own.further},zt=(e,t)=>t.some(n=>n in e);function si(e,t){if(t&&Object.values(t).every(a=>B(e,a)))return en(e,Object.values(t)),{roles:t,isOwn:!1,said:[],unsure:!1,complete:ao(t)};let n={};for(let[a,c]of Object.entries(oi)){let l=e.columns.find(({heading:u})=>$e(u)===c);l&&(n[a]=l.heading)}if("success"in n&&"successes"in n)throw new N(`Line ${e.headerRow}: found \u201C${n.success}\u201D and also \u201C${n.successes}\u201D. Keep the first for a row a patient, or the second with \u201Ctrials\u201D for a row a doctor.`,"layouts");if(Iu(e,n)&&delete n.success,ao(n))return en(e,Object.values(n)),{roles:n,isOwn:!0,said:[],unsure:!1,complete:!0};let o=Object.values(oi),r=e.columns.map(({heading:a})=>a);en(e,r.filter(a=>o.includes($e(a))));let s=Tu(e);if(s.length)throw new N(`Line ${e.headerRow}: ${D(s)} seem to be the same for several years or groups. Write a row for each unit and year instead (doctor, year, successes, trials).`,"wide");let i=Cu(e,n);return ei(e,i.roles),{...i,isOwn:!1,complete:ao(i.roles)}}function ao(e){if(!("unit"in e))return!1;if(zt(e,on))return!("trials"in e);if(!zt(e,Vt))return!1;let t="successes"in e&&"failures"in e,n="expected"in e&&zt(e,["successes","failures"]);return"trials"in e||t||n}function Iu(e,t){let n=Object.values(t);return"success"in t&&e.columns.some(o=>!n.includes(o.heading)&&io(o))}function Tu({columns:e}){let t=new Map;for(let{heading:n}of e)if(/\d/.test(n)&&["trials",...Vt].includes(R(n).role)){let o=lt(n).replace(/\d+/g,"");t.set(o,[...t.get(o)??[],n])}return[...t.values()].find(n=>n.length>1)??[]}function Cu(e,t){let n=[],o=!1,r={...t},s=Object.values(t),i=e.columns.filter(({heading:w})=>!s.includes(w)).sort((w,x)=>R(x.heading).strength-R(w.heading).strength),a={};for(let w of i){let x=ni(w);x&&(a[x]=[...a[x]??[],w])}let c=w=>a[w]?.length>0,l=(w,x=w)=>{if(w in r||!c(x))return w in r;let[y,...b]=a[x].map(({heading:A})=>A);return r[w]=y,b.length&&(o=!0,n.push(`${D(b)} could be it as well as \u201C${y}\u201D.`)),!0};if(!("unit"in r)){let w=Lu(e,a,n);w&&(r.unit=w)}if(l("trials"),"successes"in r&&!("trials"in r)&&l("failures"),!zt(r,[...Vt,...on])){if(c("successes")&&c("failures")&&!("trials"in r)){let[w,x]=[a.successes,a.failures].map(ri);Ht(w,x)&&(l("successes"),l("failures"))}else if(c("successes")&&c("failures")&&n.push(`\u201C${a.failures[0].heading}\u201D counts failures and \u201C${a.successes[0].heading}\u201D successes: the second was read.`),!["successes","failures","failure_rate","rate"].some(w=>l(w)))for(let[w,x]of[["undirected","failures"],["undirected rate","failure_rate"]])c(w)&&!zt(r,Vt)&&(l(x,w),o=!0,n.push(`\u201C${r[x]}\u201D does not say whether it counts something good.`))}let u=["failures","successes"].filter(w=>w in r),f=u.length===1&&u[0],h="unit"in r&&Ae(B(e,r.unit)),m=i.some(w=>!Object.values(r).includes(w.heading)&&so(w)),d=h&&(m||c("expected"));if(f&&St(B(e,r[f]).texts)&&!("trials"in r)&&!d)r[{failures:"failure",successes:"success"}[f]]=r[f],delete r[f];else if(!zt(r,on)){let w=Vt.find(x=>x in r);for(let x of["expected","ratio"]){if(!w||!c(x))continue;let{noun:y}=R(r[w]);a[x]=a[x].filter(b=>Ht(ri([b]),y))}l("expected")||l("ratio")}h&&zt(r,on)&&n.push("Every unit has one line: if a line has counts, it lacks its number of patients."),f in r&&"trials"in r&&nn(B(e,r[f]))&&n.push(`\u201C${r[f]}\u201D could be as well percents or shares.`);let g=v.roles.filter(w=>w in r).map(w=>[w,r[w]]);return{roles:Object.fromEntries(g),said:n,unsure:o}}var ri=([{heading:e}])=>R(e).noun;function Lu(e,t,n){let o=c=>{let{strength:l,noun:u}=R(c.heading),f=lt(c.heading).split(" ").some(p=>v.names.includes(p)),h=ot(c).length,m=v.wider_units.includes(u),d=v.people.includes(u);return[l-Number(m),Number(d),Number(f),h]},r=(c,l)=>{let u=c.findIndex((f,h)=>f!==l[h]);return u<0?0:l[u]-c[u]},i=[...(t.unit??[]).map(c=>({column:c,rank:o(c)})).sort((c,l)=>r(c.rank,l.rank)).map(({column:c})=>c),...t.identifier??[]];if(!i.length){let c=Pu(e,t);return c&&n.push(`No heading says what the units are: \u201C${c}\u201D has names.`),c}let a=i.slice(1).map(({heading:c})=>c);return a.length&&n.push(`The unit could also be ${D(a)}.`),i[0].heading}function Pu(e,t){let n=Object.values(t).flat(),o=({texts:s})=>s.slice(0,100).join("").replace(/\D/g,"").length;return e.columns.filter(s=>{let i=ot(s),a=!i.slice(0,100).some(([c])=>J(c));return!n.includes(s)&&2*i.length>e.numbers.length&&a}).sort((s,i)=>o(s)-o(i))[0]?.heading??null}var ii=12,ai=20;function ci(e,t,n){let o=t.filter(x=>x.trialsState===ae),r=o.filter(x=>x.state===ae),s=Wu(e),i=r.map(({place:x})=>{let y=e.texts[x];return li(y,W(y,n)??0,n)}),a=Math.max(0,...i),c=s.map(x=>{let y=x===1&&a>2?a:0,b=r.map(A=>rn(e.texts[A.place],A.trials,x,n,y));return{scale:x,counts:b}}),l=c.filter(({counts:x})=>x.every(([y,b])=>y===b)),{scale:u,counts:f}=l[0]??c[0];r.forEach((x,y)=>{[x.low,x.high]=f[y],(x.low!==x.high||l.length>1)&&(x.rateProblem=qu(e.texts[x.place],x,l.length>1))});for(let x of o)if(x.state===Et){let y=Du(e.texts[x.place],n);[x.low,x.high]=y?Uu(y,x.trials,u):[NaN,NaN]}let h=u===100?ju(e,t,r,n):[];if(l.length!==1||!r.length)return h;let[{place:m,trials:d,low:p}]=r,g={100:"percents",1:"shares of 1"}[u]??`each of ${u}`,w=`Column \u201C${e.heading}\u201D has rates, ${g}: the counts are the only whole numbers that round to them (${e.texts[m]} of ${d} is ${p}).`;return[E("recovered",w),...h]}function Du(e,t){let n=e.toLowerCase().replaceAll("%","").trim().split(/\s+/).join(" ");for(let[o,r]of[[v.at_most,!1],[v.fewer_than,!0]])for(let s of o){let i=n.startsWith(s)&&W(n.slice(s.length),t);if(i)return[0,i,r]}for(let o of v.range_marks){let r=n.split(o).map(s=>W(s,t));if(r.length===2&&!r.includes(null)&&r[0]<r[1])return[...r,!1]}return null}function Uu([e,t,n],o,r){let s=o*t/r,i=Math.ceil(o*e/r-1e-9),a=Math.floor(s+1e-9);return[i,Math.max(Math.min(n&&Math.abs(a-s)<1e-9?a-1:a,o),i)]}function ju({heading:e,texts:t},n,o,r){let s=({place:h})=>W(t[h],r)??0,i=o.map(s).filter(h=>h>1);if(!i.length||n.some(({rateProblem:h})=>h))return[];let[a,c]=[Math.min(...i),Math.max(...i)],l=o.filter(h=>{let m=s(h);return m>0&&m<=1&&m<a/ai&&a/2<=100*m&&100*m<=Math.min(2*c,100)});if(a>=ai){for(let h of l)h.rateProblem=`\u201C${t[h.place]}\u201D seems a share of 1, and the others are percents. Write all in one way.`;return[]}if(!l.length)return[];let u=l.map(({row:h})=>h),f=`Column \u201C${e}\u201D, ${U(u)}: ${t[l[0].place]} was read as a percent like the others. Is it a share of 1?`;return[E("percents",f,u,!0)]}function rn(e,t,n,o=".",r=0){let s=W(e,o)??0,i=.5*10**-Math.max(li(e,s,o),r),a=Math.ceil(t*(s-i)/n-1e-9),c=Math.floor(t*(s+i)/n+1e-9);return[Math.max(a,0),Math.min(c,t)]}function li(e,t,n){let o=e.replace(/[% ]+$/,"").split(n)[1]??"";if(o.length<ii&&/^\d+$/.test(o))return o.length;let r=String(Number(t.toPrecision(ii)));return r.includes("e")?15:(r.split(".")[1]??"").length}function Wu(e){let[,t]=ce(e.heading);if(t)return[t];let n=ot(e).map(([s])=>s),o=n.map(s=>W(s)).filter(s=>s!==null);return n.some(s=>s.includes("%"))||o.some(s=>s>1)?[100]:C(e.heading).some(s=>["percent","percentage","pct"].includes(s))?[100,1]:[1,100]}function qu(e,{trials:t,low:n,high:o},r){return r?`\u201C${e}\u201D could be a percent or a share of 1. Write \u201C%\u201D behind the percents.`:n>o?`no whole number of ${t} patients has the rate \u201C${e}\u201D. Is it a rate of other patients, or an adjusted rate? Give the counts.`:`\u201C${e}\u201D of ${t} patients could be ${n} to ${o} of them. Give the counts, or the rate with more decimals.`}var ui=["trials","successes","failures"],Bu=["rate","failure_rate","expected","ratio"],fi="Fill it in, or leave the line out.",H=e=>Vt.find(t=>t in e);function hi(e,t){let n=[...ui,...Bu].filter(h=>h in t),o=h=>B(e,t[h]),r=n.map(h=>{let m=ui.includes(h),{texts:d,heading:p}=o(h);return{heading:p,texts:m?d.map(w=>re(w,p)[0]):d,whole:m}});for(let h of r)h.cells=ot(h).map(([m,d])=>[m,e.numbers[d]]);let{decimal:s,notes:i}=Hs(r,e.separator),a=Object.fromEntries(n.map((h,m)=>[h,Gs(r[m].texts,s,r[m].whole)])),c=H(t),l=o("unit").texts,u=h=>{let m=a[c][h];if("trials"in a)return a.trials[h];if(!("failures"in a)||c!=="successes")return{value:NaN,state:ae};let d=a.failures[h],p=Math.max(m.state,d.state);return{value:m.value+d.value,state:p,otherState:d.state}},f=e.numbers.map((h,m)=>{let{low:d,high:p,state:g}=a[c][m],{value:w,state:x,otherState:y}=u(m),[b,A]=["expected","ratio"].map(_=>a[_]?.[m].value),M=l[m];return{row:h,place:m,doctor:M,low:d,high:p,trials:w,...{state:g,trialsState:x,otherState:y},expected:b,ratio:A}});return(c==="rate"||c==="failure_rate")&&i.push(...ci(o(c),f,s)),{rows:f,notes:i}}function mi(e,t){let n=`\u201C${t[H(t)]}\u201D`,o=`\u201C${t.trials??"trials"}\u201D`,r=!("trials"in t)&&"failures"in t&&"successes"in t,s=e.every(u=>Number.isNaN(u.trials)),i=({state:u,low:f,trialsState:h,expected:m})=>{let d=u===Et;return s&&u===gt&&Number.isNaN(m)?`neither ${n} nor what was expected is given`:h===gt&&u===gt?`neither ${n} nor ${o} is given`:h===Et||h===gt&&d?r?"a count is withheld, so the number of patients is unknown":`${o} is withheld`:d&&Number.isNaN(f)?`${n} is withheld, and no bounds of it are stated`:""},a=[],c=new Map;for(let u of e){let f=z(u.doctor)?"":i(u);f?c.set(f,[...c.get(f)??[],u]):a.push(u)}let l=Array.from(c,([u,f])=>{let h=f.map(({row:g})=>g),m=D(f.map(({doctor:g})=>g)),d=u.includes("no bounds")?" If you know its bounds, write them in its place: 1-4, or <5.":"",p=`${m} (${U(h)}): ${u}. Left out of the picture and of every estimate.${d}`;return E("left out",p,h,!0)});return{kept:a,notes:l,left:[...c.values()].flat()}}function di(e,t,n){let o=new pt,r=H(t),s=R(t.unit).noun??"doctor",i={trials:"Write how many patients were seen, a whole number and no sign.",successes:"Write how many patients did well, a whole number and no sign.",failures:"Write how many it happened to, a whole number and no sign."},a=(c,l,u)=>{if(!(l in t)||u!==Qn&&u!==gt)return;let f=B(e,t[l]).texts[c.place],h=u===gt,m=l in i?"a whole number, 0 or more":"a rate",d=i[l]??"Write it as a percent or a share of 1.";l in i&&(d+=Gu(f,l)),h&&(d=fi),h&&l!=="trials"&&(d+=" If it was withheld because it is small, write <5.");let p=`expected ${m}, found ${se(f,h)}. ${d}`;o.add(c.row,t[l],p,h?"missing":"value")};for(let c of n){if(z(c.doctor)){let l=`expected the ${s}\u2019s name, found ${se(c.doctor,!0)}. ${fi}`;o.add(c.row,t.unit,l,"missing")}a(c,"trials",c.trialsState),a(c,r,c.state),a(c,"failures",c.otherState),c.low>c.trials&&o.add(c.row,t[r],`expected at most ${c.trials} (column \u201C${t.trials}\u201D of that line), found ${c.low}. Are the columns \u201C${t[r]}\u201D and \u201C${t.trials}\u201D exchanged? Are they percents?`,"swapped"),"trials"in t&&"successes"in t&&"failures"in t&&Hu(c,B(e,t.failures),o),c.rateProblem&&o.add(c.row,t[r],c.rateProblem,"rate")}o.refuse()}function Hu({row:e,place:t,low:n,high:o,trials:r},{heading:s,texts:i},a){let c=W(i[t]);if(c===null||n!==o||n+c===r)return;let l=`expected ${r-n} (the patients less the successes), found \u201C${i[t]}\u201D. Correct it, or choose one of the two columns.`;a.add(e,s,l)}function Gu(e,t){let n=W(e);return t==="trials"||n===null||!(n>=0&&n<=100)?"":` If it is a percent or a rate, choose \u201C${t==="successes"?"success rate":"failure rate"}\u201D for the column.`}var zu=10,Vu=1.5,Ku=.25;function pi(e){let t=e.map(Math.log),n=t.reduce((o,r)=>o+r,0)/t.length;return Math.sqrt(t.reduce((o,r)=>o+(r-n)**2,0)/t.length)}var Yu=(e,t)=>pi(e)<=Ku*pi(t);function gi(e,t,n){let o=n.filter(({trials:p,low:g,high:w})=>p>0&&g===w),r=H(t);if(o.length<2||!("trials"in t)||!["successes","failures"].includes(r))return[];let s=o.map(({low:p})=>p),i=o.map(p=>p.trials),[a,c]=[Math.min(...i),Math.max(...i)],[l,u]=[Math.min(...s),Math.max(...s)];if(!(u<=100&&l>=zu&&c>=Vu*a&&c>100&&Yu(s,i))&&!nn(B(e,t[r])))return[];let m=u>1?"percents":"shares of 1",d=`Column \u201C${t[r]}\u201D has ${l} to ${u} while the patients are ${a} to ${c}: it may be ${m}. They were read as counts; if they are ${m}, choose \u201C${r==="successes"?"success rate":"failure rate"}\u201D for the column.`;return[E("percents",d,o.map(({row:p})=>p),!0)]}function wi(e,t,n){if(!("trials"in t))return[];let o=t[H(t)],{noun:r}=R(o),s=n.filter(({low:a,high:c})=>a===c),i=[];for(let{heading:a,texts:c}of e.columns){let l=R(a);if(!(l.role==="trials"||l.noun&&l.noun===r)||Object.values(t).includes(a))continue;let f=s.filter(d=>!Mi(c[d.place],l.role,d)).map(({row:d})=>d);if(!f.length)continue;let h=l.role==="trials"?t.trials:o,m=`Column \u201C${a}\u201D was not read, and does not agree with \u201C${h}\u201D in ${U(f)}. Are other patients meant, or is it the right column?`;i.push(E("contradicts",m,f,!0))}return i}function xi(e,t,n){if("successes"in t&&"failures"in t||!("trials"in t))return[];let o=H(t),r=o==="failures"||o==="failure_rate",s=r?["successes","rate"]:["failures","failure_rate"],i=n.filter(({low:a,high:c,trials:l})=>a===c&&!Number.isNaN(l));for(let{heading:a,texts:c}of e.columns){let l=R(a);if(Object.values(t).includes(a)||!s.includes(l.role))continue;let u=i.filter(({place:p})=>W(c[p])!==null),f=({place:p,trials:g,low:w},x)=>Mi(c[p],l.role,{trials:g,low:x(g,w)}),h=i.every(p=>f(p,(g,w)=>w)),m=i.some(p=>!f(p,(g,w)=>g-w));if(u.length<2||!h||!m)continue;let d=`Column \u201C${a}\u201D has the same numbers as \u201C${t[o]}\u201D, which was read as ${r?"failures":"successes"}. Are they the same patients? If so, choose \u201C${r?"successes":"failures"}\u201D for \u201C${t[o]}\u201D.`;return[E("contradicts",d,[],!0)]}return[]}function yi(e,t,n){let{heading:o,texts:r}=B(e,t[H(t)]),s=({place:c,low:l,high:u,trials:f})=>{if(l!==u||Number.isNaN(f))return!1;let[,h]=re(r[c],o),[m,d]=rn(h.includes(".")?h:h.replaceAll(",","."),f,100);return h&&!(m<=l&&l<=d)},i=n.filter(s).map(({row:c})=>c);if(!i.length)return[];let a=`Column \u201C${o}\u201D, ${U(i)}: the percent in brackets is not that of the count among \u201C${t.trials??"the patients"}\u201D. Are other patients meant?`;return[E("contradicts",a,i,!0)]}function bi({columns:e},t,n){let o=Object.values(t);for(let[r,{heading:s,texts:i}]of e.entries()){let a=e[r-1];if(!r||!o.includes(a.heading)||o.includes(s))continue;let c=n.filter(({place:m})=>i[m]),l=({place:m})=>/^\d{3}$/.test(i[m])&&/^[1-9]\d{0,2}$/.test(a.texts[m]);if(!c.length||c.length===n.length||!c.every(l))continue;let u=c.map(({row:m})=>m),[{place:f}]=c,h=`In ${U(u)}, \u201C${a.texts[f]}\u201D and \u201C${i[f]}\u201D stand in \u201C${a.heading}\u201D and \u201C${s}\u201D. Are they one number with a comma between thousands? Then write it without.`;return[E("thousands",h,u,!0)]}return[]}function vi(e){let t=H(e),n=["trials",t].map(r=>[...new Set(e[r]?.match(/(?:19|20)\d\d/g))].sort().join());if(!n[0]||!n[1]||n[0]===n[1])return[];let o=`\u201C${e.trials}\u201D and \u201C${e[t]}\u201D name different years. Are they the same patients? If not, the rates mean nothing.`;return[E("period",o,[],!0)]}function Mi(e,t,{low:n,trials:o}){let r=W(e);return r===null?!0:t==="rate"||t==="failure_rate"?[1,100].some(s=>{let[i,a]=rn(e,o,s);return i<=n&&n<=a}):!["trials","successes","failures"].includes(t)||r%1?!0:r===(t==="trials"?o:n)}function $i(e){let t=e.filter(({trials:s})=>s===0);if(!t.length)return[];let n=t.map(({row:s})=>s),r=`${D(t.map(({doctor:s})=>s))} (${U(n)}): no patients, so nothing but what is known of a new one is known.`;return[E("no patients",r,n)]}function Ai(e,t){let n=Object.values(t),o=e.columns.map(({heading:u})=>u).filter(u=>!n.includes(u)),r=[],s=(...u)=>o.filter(f=>u.includes(R(f).role)),i=s("covariate");i.length&&r.push(E("covariate",`Column ${D(i)} was not used: a table of counts has no patient whose risk it could be. To adjust for it, give an expected number; the command shrinkage report takes patients, too.`,[],!0));let{noun:a}=R(t[H(t)]),c=s("expected","ratio").filter(u=>Ht(R(u).noun,a));c.length&&!("expected"in t)&&!("ratio"in t)&&r.push(E("unadjusted",`Column ${D(c)} seems to hold what was expected of each unit\u2019s own patients, and was not used. To adjust for it, choose so for the column.`,[],!0));let l=o.filter(u=>!i.includes(u)&&!c.includes(u));return l.length&&r.push(E("unused",`Not read: column ${D(l,12)}.`)),r}var Ju=1.5,Xu=3,Qu=1e3,sn={number:"numbers",share:"rates, shares of 1",percent:"rates in percent",per:"rates"},Rt=e=>e.reduce((t,n)=>t+(n||0),0),_e=e=>String(Number(e.toPrecision(4)));function _i(e,t){if(!("expected"in e)&&!("ratio"in e))return[];let n="expected"in e?tf(e,t):of(e,t);if(!("trials"in e)&&t.every(({trials:o})=>Number.isNaN(o))){for(let r of t)r.trials=Qu*Math.ceil(Math.max(r.high,r.expected||0,1));n.push(E("rare","The table has no number of patients: the events are taken as rare, which is right where each unit has many more patients than events. Nothing can be said of rates, only of their ratio to what was expected."))}for(let o of t)o.trials===0&&Number.isNaN(o.expected)&&(o.expected=0);return rf(t,e.expected??e.ratio),n}function tf(e,t){let n=e.expected,o=Rt(t.map(({low:f,high:h})=>f+h))/2,r=nf(n,t),s=(f,h)=>t.forEach((m,d)=>{m.expected=h?m.trials-r[f][d]:r[f][d]}),[i,...a]=ef(n,e)?[]:co(r,o);if(i){let f=(x,y)=>Math.abs(x-y)<=1e-8+1e-5*Math.abs(y),h=a.filter(x=>!r[x].every((y,b)=>f(y,r[i][b]))),m=h.length?`; it could be ${sn[h[0]]} too`:"",d=Rt(r[i]),p=o>0&&Math.abs(Math.log(d/o))>Math.log(Ju)&&Math.abs(d-o)>4*Math.sqrt(Math.max(d,o)),w=`Column \u201C${n}\u201D was read as expected ${sn[i]}: ${_e(d)} expected in all, ${_e(o)} observed${m}${p?", which is far from it. Is it expected of other years, or of something else?":"."}`;return s(i,!1),[E("expected",w,[],p||h.length>0)]}let c=Rt(t.map(({trials:f})=>f))-o,l=c>0&&o>0?co(r,c):[];if(l.length){let f=`Column \u201C${n}\u201D fits those that \u201C${e[H(e)]}\u201D does not count, and was read so: expected ${sn[l[0]]} of the other patients. If that is wrong, choose \u201Cnot used\u201D for it.`;return s(l[0],!0),[E("expected",f,[],!0)]}let u=Object.entries(r).map(([f,h])=>`${sn[f]} give ${_e(Rt(h))}`);throw new N(`Column \u201C${n}\u201D: expected a total near the ${_e(o)} observed, but ${u.join(", ")}. Is it a number of patients, or expected of something else? Choose so, or \u201Cnot used\u201D, for the column.`,"expected")}function ef(e,t){let n=C(e),o=Qe(e,n);return!o||o[0]===o[1]||!n.some(r=>Object.hasOwn(wt,r))?!1:o[0]!==["failures","failure_rate"].includes(H(t))}function nf(e,t){let n=C(e).some(c=>[...v.rates,"emr"].includes(c)),o=t.map(({expected:c})=>c),r=o.filter(c=>!Number.isNaN(c)),s=n?{}:{number:o},i=c=>t.map(({expected:l,trials:u})=>l/c*u),[,a]=ce(e);return a?{per:i(a)}:(t.some(({trials:c})=>!Number.isNaN(c))&&(r.every(c=>c<=1)&&(s.share=i(1)),r.every(c=>c<=100)&&(s.percent=i(100))),Object.keys(s).length?s:{number:o})}function co(e,t){return Object.entries(e).map(([o,r],s)=>{let i=Rt(r);return t>0?[o,i>0?Math.abs(Math.log(i/t)):1/0]:[o,s?1/0:0]}).filter(([,o])=>o<=Math.log(Xu)).sort((o,r)=>o[1]-r[1]).map(([o])=>o)}function of(e,t){let n=e.ratio,o=t.map(({low:d,high:p})=>(d+p)/2),r=new pt;t.forEach((d,p)=>{(o[p]===0||!(d.ratio>0))&&d.trials!==0&&r.add(d.row,n,`what was expected of \u201C${d.doctor}\u201D cannot be found from a ratio where none was observed. Give the expected numbers, or leave the column out.`,"expected")}),r.refuse();let i=t.some(({trials:d})=>!Number.isNaN(d))?Rt(o)/Rt(t.map(({trials:d})=>d)):NaN,a=C(n),c=d=>a.some(p=>d.includes(p)),u=c(v.ratios_of_rate)||c(v.adjusted.filter(d=>d!=="risk"))&&!c(v.ratios)?{"an adjusted rate in percent":100*i,"an adjusted share":i}:{"observed / expected":1,"100 \xD7 observed / expected":100},f={};for(let[d,p]of Object.entries(u))p>0&&(f[d]=t.map(({ratio:g},w)=>o[w]*p/g));let[h]=co(f,Rt(o));if(!h)throw new N(`Column \u201C${n}\u201D: expected a ratio of observed to expected, or an adjusted rate, whose expected total comes near the observed; it does not. Give the expected numbers.`,"expected");t.forEach((d,p)=>{d.expected=f[h][p]});let m=`The expected numbers were recovered from column \u201C${n}\u201D, read as ${h}; they are as exact as its decimals allow.`;return[E("recovered",m)]}function rf(e,t){let n=new pt;for(let{row:o,trials:r,expected:s}of e)r>0&&!(s>0&&s<r)&&n.add(o,t,`expected a number above 0 and below the ${r} patients, found ${Number.isNaN(s)?"nothing":_e(s)}. Correct it, or leave the column out.`,"expected");n.refuse()}var sf=6,af=5,cf=/\b(19|20)\d\d([/–-]\d\d(\d\d)?)?\b/g,lo=e=>e.split(/[^\p{L}\p{N}]+/u).filter(Boolean);function Ei(e){let t=e.filter(n=>!v.titles_of_people.includes(n));return t.length?t:e}function lf(e){let t=e.toLowerCase().trim(),n=r=>r.replace(/^0+(?=.)/,"");return/^\d+(\.0*)?$/.test(t)?n(t.split(".")[0]):Ei(lo(t)).map(r=>/^\d+$/.test(r)?n(r):r).join(" ")}function Oi(e,t){let n=new Map,o=new Map;for(let i of e.keys()){let a=lf(i);a&&(n.has(a)?n.get(a)!==i&&o.set(i,n.get(a)):n.set(a,i))}let r=[];if(o.size){let i=m=>`\u201C${m}\u201D (line ${e.get(m)})`,a=Array.from(o,([m,d])=>`${i(d)} and ${i(m)}`),c=a.length>5?` and ${a.length-5} more`:"",l=`${a.slice(0,5).join("; ")}${c}`;if(!t)throw new N(`${l} seem to be one name, written in two ways. If they are one, write one spelling or add their rows up; if they are two, tell them apart by more than capitals, marks, titles or zeros.`,"alike");let u=Array.from(o.keys(),m=>e.get(m)),f=[...o].some(([m,d])=>ki(m)!==ki(d)),h=f?" Their titles differ: are they one person?":"";r.push(E("alike",`${l} were taken as one and added up.${h}`,u,f))}let s=uf([...e.keys()].filter(i=>!o.has(i)));if(s.length){let i=D(s.map(([l,u])=>`${l}\u201D and \u201C${u}`)),a=[...new Set(s.flat().map(l=>e.get(l)))].sort((l,u)=>l-u),c=`${i} were taken as different. If they are one, write one spelling: as two they are both pulled in too far.`;r.push(E("similar",c,a,!0))}return{merged:o,notes:r}}var ki=e=>lo(e.toLowerCase()).filter(t=>v.titles_that_tell.includes(t)).sort().join();function uf(e){let t=new Map,n=new Map,o=new Map,r=new Map,s=a=>Ei(lo(a.toLowerCase().normalize("NFKD").replace(/\p{M}/gu,""))),i=(a,c,l)=>{let u=a.get(c)??[];for(let f of u)f!==l&&t.set(`${f}/${l}`,[f,l]);a.set(c,[...u,l])};return e.forEach((a,c)=>{let l=a.replace(cf," "),u=l===a?"":s(l).join(" "),f=r.get(u);u&&f!==void 0?t.set(`${f}/${c}`,[f,c]):u&&r.set(u,c);let h=s(a),m=[...h].sort().join(" ");m&&i(n,m,c);let d=h.length>1?af:sf;h.forEach((p,g)=>{if(p.length<d||!/^\p{L}+$/u.test(p))return;let w=h.filter((y,b)=>b!==g).sort().join(" "),x=new Set([p]);for(let y=0;y<p.length;y++)x.add(p.slice(0,y)+p.slice(y+1));for(let y of x)i(o,`${w}|${y}`,c)})}),[...t.values()].sort((a,c)=>a[0]-c[0]||a[1]-c[1]).map(a=>a.map(c=>e[c]))}var ff=/^((?:19|20)\d\d)(?:\s*[/–-]\s*((?:19|20)?\d\d))?$/,Ni=(e,t)=>C(e).some(n=>t.includes(n)),hf=e=>R(e).role==="unit"||Ni(e,v.person_names),mf=e=>new Set(e).size<e.length;function Si(e,t,n){let o=Nt(n,({doctor:a})=>a),r=n.filter(({doctor:a})=>o.get(a).length>1),s=Object.values(t),i=e.columns.filter(({heading:a})=>!s.includes(a));for(let a of[df,pf,gf,wf,yf]){let c=a(i,r,e,t);if(!c)continue;let l=r.map(({row:u})=>u);return[E("overlap",c,l,!0)]}return[]}function df(e,t,{columns:n}){let r=[...Nt(t,({place:i})=>n.map(({texts:a})=>a[i]).join("	")).values()].filter(({length:i})=>i>1).flat(),s=r.map(({row:i})=>i).sort((i,a)=>i-a);return r.length?`The same stands in every column of ${U(s)}: delete copies.`:""}function pf(e,t,n,o){let r=e.find(({heading:s,texts:i})=>hf(s)&&!mf(t.map(({doctor:a,place:c})=>`${a}	${i[c]}`)));return r?`The lines of one \u201C${o.unit}\u201D have different \u201C${r.heading}\u201D: they may be different units of one name.`:""}var uo=({texts:e},t)=>[...new Set(t.map(({place:n})=>e[n]))];function gf(e,t){let n=e.find(o=>Ni(o.heading,v.measures)&&uo(o,t).length>1);return n?`Column \u201C${n.heading}\u201D has ${D(uo(n,t))}: different things, perhaps of the same patients. Keep the lines of one of them.`:""}function wf(e,t){for(let n of e){let o=uo(n,t).slice(0,200).map(r=>({text:r,span:xf(r)})).filter(({span:r})=>r).sort((r,s)=>r.span[0]-s.span[0]||r.span[1]-s.span[1]||(r.text<s.text?-1:1));for(let[r,{text:s,span:i}]of o.entries()){if(!r)continue;let a=o[r-1].span,c=i[1]<=a[1]||a[0]===i[0];if(a.join()!==i.join()&&(c||i[0]<a[1]))return`Column \u201C${n.heading}\u201D has \u201C${o[r-1].text}\u201D and \u201C${s}\u201D, which overlap: the same patients would be counted twice.`}}return""}function xf(e){let t=ff.exec(e.trim());if(!t)return null;let[,n,o=n]=t;return[Number(n),Number(o.length===4?o:n.slice(0,2)+o)]}function yf(e,t,n,o){let r=[...Nt(t,({doctor:i})=>i).values()],s=r.every(i=>i.every(({trials:a})=>a===i[0].trials));return r.length<2||!s||new Set(r.map(([{trials:i}])=>i)).size<2?"":`Each unit has the same \u201C${o.trials}\u201D in all of its lines: they may be the same patients, for different things.`}function Ri({columns:e},{unit:t}){let{texts:n}=e.find(o=>o.heading===t);for(let o of e){if(o.heading===t||R(o.heading).role!=="unit")continue;let r=new Map(ot({texts:n}).map(([a])=>[a,new Set]));n.forEach((a,c)=>r.get(a).add(o.texts[c]));let s=[...r.keys()].filter(a=>r.get(a).size>1);if(!s.length||2*s.length>r.size)continue;let i=`${D(s)} in column \u201C${t}\u201D stand beside more than one \u201C${o.heading}\u201D, the others beside one. Each was taken as one; if two have one name, tell them apart.`;return[E("similar",i,[],!0)]}return[]}var bf=["trials","low","high","expected"];function Fi(e,t,n,o){let r=fo(n);if(r.length===n.length)return{units:r,notes:[]};let s=r.filter(({own:c})=>c.length>1),i=Si(e,t,n);if(!o){let[{doctor:c,own:l}]=s;throw new N(`\u201C${c}\u201D stands in ${U(l.map(({row:u})=>u))}; ${s.length} of ${r.length} units have more than one line. ${i.map(u=>`${u.text} `).join("")}Add them up if they are other patients of the same unit, or tell two units apart by name.`,"rows")}let a=`${n.length} lines were added up to ${r.length} units; ${s.length} of them have more than one line.`;return{units:r,notes:[E("summed",a),...i]}}var fo=e=>Array.from(Nt(e,({doctor:t})=>t).values(),t=>{let n={...t[0],own:t};for(let o of bf)n[o]!==void 0&&(n[o]=t.reduce((r,s)=>r+s[o],0));return n});var rt=(e,t)=>e.reduce((n,o)=>n+(o[t]||0),0),Ti=({low:e,high:t,trials:n})=>e===t&&!Number.isNaN(n);function Ci(e){let t=e.filter(Ti);if(t.length<3)return[];let[n,o]=[rt(e,"low"),rt(e,"trials")],r=t.filter(({low:s,trials:i})=>i>=100&&2*s===n&&2*i===o);return r.length?(t.length>3||r.some(({trials:i})=>i>=1e3))&&r.length===1?r:[]:Ii(t)??Ii([...t].reverse())??[]}function Li(e){let t=e.filter(Ti);if(t.length<3)return[];let n=[t,[...t].reverse()].flatMap(c=>{let{ends:l,sizes:u}=Di(c,2);return c.filter(({low:f,trials:h},m)=>l[m]&&u[m]>1&&h>=100&&f>0)}),o=Math.max(rt(t,"trials")/t.length,1),r=t.reduce((c,{low:l})=>c+2/(1+2*Math.sqrt(l))/o,0),s=e.filter(c=>n.includes(c)),[i,a]=[0,1];for(let c=0;c<s.length;a*=r/++c)i+=a;return 1-Math.exp(-r)*i<.02?s:[]}function Pi(e,t){if(!e.every(({low:c,high:l})=>c===l))return;let[n,o]=[rt(e,"low"),rt(e,"trials")],[r,s,i]=[0,0,0];return t.map(({row:c})=>c).sort((c,l)=>c-l).find(c=>{for(;e[i]?.row<c;i++)r+=e[i].low,s+=e[i].trials||0;return i>1&&e.length-i>1&&s>=100&&2*s===o&&2*r===n})}function Ii(e){let{ends:t,sizes:n}=Di(e,1),o=0;for(;o<e.length&&t[o];)o=t[o];if(o<e.length)return null;let r=e.filter(({trials:i},a)=>n[a]>1&&i>=100);return r.length>1||r.some(({trials:i})=>i>=1e3)?e.filter((i,a)=>t[a]):null}function Di(e,t){let n=e.map(()=>0),o=e.map(()=>0);for(let r=e.length-2;r>=0;r--){let{low:s,trials:i}=e[r],[a,c,l,u]=[0,0,r+1,0];for(;l<e.length&&c<i&&a<=s;)a+=e[l].low,c+=e[l].trials,u++,l=n[l]||l+1;u>=t&&c===i&&i>0&&a===s&&([n[r],o[r]]=[l,u])}return{ends:n,sizes:o}}var Ui={},ho={},mo=34,ke=10,po=13;function Wi(e){return new Function("d","return {"+e.map(function(t,n){return JSON.stringify(t)+": d["+n+'] || ""'}).join(",")+"}")}function vf(e,t){var n=Wi(e);return function(o,r){return t(n(o),r,e)}}function ji(e){var t=Object.create(null),n=[];return e.forEach(function(o){for(var r in o)r in t||n.push(t[r]=r)}),n}function tt(e,t){var n=e+"",o=n.length;return o<t?new Array(t-o+1).join(0)+n:n}function Mf(e){return e<0?"-"+tt(-e,6):e>9999?"+"+tt(e,6):tt(e,4)}function $f(e){var t=e.getUTCHours(),n=e.getUTCMinutes(),o=e.getUTCSeconds(),r=e.getUTCMilliseconds();return isNaN(e)?"Invalid Date":Mf(e.getUTCFullYear(),4)+"-"+tt(e.getUTCMonth()+1,2)+"-"+tt(e.getUTCDate(),2)+(r?"T"+tt(t,2)+":"+tt(n,2)+":"+tt(o,2)+"."+tt(r,3)+"Z":o?"T"+tt(t,2)+":"+tt(n,2)+":"+tt(o,2)+"Z":n||t?"T"+tt(t,2)+":"+tt(n,2)+"Z":"")}function Ft(e){var t=new RegExp('["'+e+`
\r]`),n=e.charCodeAt(0);function o(f,h){var m,d,p=r(f,function(g,w){if(m)return m(g,w-1);d=g,m=h?vf(g,h):Wi(g)});return p.columns=d||[],p}function r(f,h){var m=[],d=f.length,p=0,g=0,w,x=d<=0,y=!1;f.charCodeAt(d-1)===ke&&--d,f.charCodeAt(d-1)===po&&--d;function b(){if(x)return ho;if(y)return y=!1,Ui;var M,$=p,_;if(f.charCodeAt($)===mo){for(;p++<d&&f.charCodeAt(p)!==mo||f.charCodeAt(++p)===mo;);return(M=p)>=d?x=!0:(_=f.charCodeAt(p++))===ke?y=!0:_===po&&(y=!0,f.charCodeAt(p)===ke&&++p),f.slice($+1,M-1).replace(/""/g,'"')}for(;p<d;){if((_=f.charCodeAt(M=p++))===ke)y=!0;else if(_===po)y=!0,f.charCodeAt(p)===ke&&++p;else if(_!==n)continue;return f.slice($,M)}return x=!0,f.slice($,d)}for(;(w=b())!==ho;){for(var A=[];w!==Ui&&w!==ho;)A.push(w),w=b();h&&(A=h(A,g++))==null||m.push(A)}return m}function s(f,h){return f.map(function(m){return h.map(function(d){return u(m[d])}).join(e)})}function i(f,h){return h==null&&(h=ji(f)),[h.map(u).join(e)].concat(s(f,h)).join(`
`)}function a(f,h){return h==null&&(h=ji(f)),s(f,h).join(`
`)}function c(f){return f.map(l).join(`
`)}function l(f){return f.map(u).join(e)}function u(f){return f==null?"":f instanceof Date?$f(f):t.test(f+="")?'"'+f.replace(/"/g,'""')+'"':f}return{parse:o,parseRows:r,format:i,formatBody:a,formatRows:c,formatRow:l,formatValue:u}}var Kt=Ft(","),Af=Kt.parse,_f=Kt.parseRows,kf=Kt.format,Ef=Kt.formatBody,go=Kt.formatRows,Of=Kt.formatRow,Nf=Kt.formatValue;var Yt=Ft("	"),Sf=Yt.parse,Rf=Yt.parseRows,Ff=Yt.format,If=Yt.formatBody,wo=Yt.formatRows,Tf=Yt.formatRow,Cf=Yt.formatValue;var Lf=",;	|",Pf=/^(.*\S)\s+(\d\S*)\s+(\d\S*)$/,Df=60;function*qi(e){let t=e.replace(/^\ufeff/,"").replace(/\r\n?/g,`
`);yield;let n=/^"?sep=(.)"?[,;\t|]*\n/.exec(t),o=n?2:1;n&&(t=t.slice(n[0].length));let r=n?.[1]??(yield*Uf(t));if(yield,r)return{records:yield*qf(t,r),separator:r,first:o};let s=Wf(t);if(s)return{records:s,separator:"",first:o};let i=t.trim().split(`
`)[0];throw new N(`\u201C${i.slice(0,60)}\u201D is one column, and at least two are needed. Is it a table? Columns are separated by tabs, commas, semicolons or bars.`,"one column")}function*Uf(e){let t=e.replace(/^\n+/,"").split(`
`,Df).join(`
`),[n,o]=[null,[0,0,0]];for(let r of Lf){if(!t.includes(r))continue;let s=jf(t,r),i=s.findIndex((a,c)=>a!==o[c]);i>=0&&s[i]>o[i]&&([n,o]=[r,s]),yield}return o[1]?n:null}var Bi=e=>new Set(e.map(t=>R(t).role).filter(Boolean)).size;function jf(e,t){let n=Ft(t).parseRows(e),o=new Map;for(let{length:a}of n)a>1&&o.set(a,(o.get(a)??0)+1);if(!o.size)return[0,0,0];let[r,s]=[...o].reduce((a,c)=>c[1]>a[1]||c[1]===a[1]&&c[0]>a[0]?c:a),i=Math.max(...n.map(Bi));return[i>1?i:0,s,r]}function Wf(e){let t=e.split(`
`);for(let o of[/\s{2,}/,/\s+/]){let r=t.map(a=>a.trim()?a.trim().split(o):[]),s=r.filter(({length:a})=>a),i=s.every(({length:a})=>a>1&&a===s[0].length);if(s.length&&i&&Bi(s[0])>1)return r}let n=t.map(o=>o.trim()?Pf.exec(o.trim())?.slice(1)??null:[]);return n.every(Boolean)&&n.some(({length:o})=>o)?n:null}function*qf(e,t){let{parseRows:n}=Ft(t),o=e.split(`
`),r=[],s=[],i=!1;for(let[a,c]of o.entries())if(s.push(c),c.split('"').length%2===0&&(i=!i),!(!(a===o.length-1)&&(i||s.length<32))){for(let u of n(s.join(`
`)))r.push(u);s=[],yield}if(i)throw new N("A quotation mark is opened and never closed. Close it, or delete it.","quotation");return r}var Hi=[...Object.entries(v.unit).filter(([e,t])=>e!==t&&e.endsWith("s")).map(([e])=>e),"patients","cases","regions","states","operations","procedures"];function cn(e){let t=C(e);if(!t.length)return!1;let n=t.at(-1);return v.totals.includes(t.join(" "))||v.total_ends.includes(n)?!0:t[0]==="total"||t[0]==="subtotal"?!Object.hasOwn(v.unit,n)||Hi.includes(n):v.total_words.includes(t[0])&&Hi.includes(n)}var Gi=v.averages.join("|"),Bf=v.averages_alone.join("|"),Hf=new RegExp(`^(?:(.* )?(${Gi})|(${Gi}) (of|for) .*|${Bf})$`),Gf=new RegExp(`^(${v.parts.join("|")})( |$)`),zi=({doctor:e})=>Hf.test(C(e).join(" ")),Vi=({doctor:e})=>Gf.test(C(e).join(" "));function Yi(e,t,n){let o=n.filter(g=>!zi(g)&&!Vi(g)),r=o.map(({doctor:g})=>cn(g)),s=o.filter(({doctor:g})=>v.nations.includes(C(g).join(" ")));2*s.length>o.length&&(s.length=0);let i=({doctor:g,low:w})=>z(g)&&!Number.isNaN(w),a=(g,w)=>r[w]||i(g),c=o.map((g,w)=>a(g,w)||s.includes(g)),l=Ci(o.filter((g,w)=>!a(g,w))),u=o.map((g,w)=>!c[w]&&!l.includes(g)),f=o.filter((g,w)=>{if(u[w]||l.includes(g))return!u[w];if(Number.isNaN(g.low)&&r[w])return!0;for(let x of zf(e,t,o,u,w))if(Ji(g,x))return!0;if(r[w])throw Vf(g,o.filter((x,y)=>u[y]));return!1}),h=f.filter(g=>c[o.indexOf(g)]),m=f.filter(g=>!h.includes(g)),d=o.filter(g=>!f.includes(g)),p=[...an(n.filter(zi),"average","no unit, by its name","no units, by their names"),...an(n.filter(Vi),"part","a part of another row","parts of other rows"),...an(h,"total","called a total, and the sum of others","called totals, and sums of others"),...an(m,"total","the sum of other rows","sums of other rows"),...Ki(d.filter(g=>s.includes(g)),"may be a total by its name, but has not the sum of the other rows"),...Ki(Li(d),"has exactly the sum of the rows next to it")];return{rows:d,notes:p}}var xo=e=>e.map(({row:t})=>t),Zi=e=>`${D([...new Set(e.map(({doctor:t})=>t||"a row without a name"))])} (${U(xo(e))})`;function an(e,t,n,o){if(!e.length)return[];let r=e.length===1?`is ${n}`:`are ${o}`,s=`${Zi(e)} ${r}: left out, so that no patient is counted twice. If that is wrong, correct the counts.`;return[E(t,s,xo(e),!0)]}function Ki(e,t){if(!e.length)return[];let n=`${Zi(e)} ${t}. It was counted as a unit; if it is a total, delete the line.`;return[E("suspected total",n,xo(e),!0)]}function*zf(e,t,n,o,r){yield n.filter((c,l)=>o[l]);let s=o.lastIndexOf(!1,r-1);yield n.filter((c,l)=>o[l]&&l>(r?s:-1)&&l<r);let i=o.indexOf(!1,r+1);yield n.filter((c,l)=>o[l]&&l>r&&l<(i<0?n.length:i));let a=Object.values(t);for(let{heading:c,texts:l}of e.columns)a.includes(c)||(yield n.filter((u,f)=>o[f]&&l[u.place]===l[n[r].place]))}function Ji(e,t){if(!t.length)return!1;let n=!Number.isNaN(e.trials),o=rt(t,"trials");return t.some(i=>Number.isNaN(i.low)||n&&Number.isNaN(i.trials))?(!n||e.trials>=o)&&e.high>=rt(t,"low"):rt(t,"low")<=e.high&&e.low<=rt(t,"high")&&(!n||e.trials===o)}function Vf({row:e,doctor:t,low:n,trials:o},r){let s=Number.isNaN(o)?`${n}`:`${n} of ${o}`,i=`Line ${e}: \u201C${t}\u201D is called a total and has ${s}, but the other rows add up to ${rt(r,"low")} of ${rt(r,"trials")}. If it is a total, delete the line and find out whose patients are missing; if it is a unit, give it another name.`;return new N(i,"total",[{row:e,text:i,kind:"total"}])}var Kf=e=>v.unit[C(e.unit).findLast(t=>Object.hasOwn(v.unit,t))]??"unit";function Xi(e,t,n){let o=Nt(n,({doctor:s})=>s);if(o.size===n.length)return{rows:n,notes:[]};let r=Object.values(t);for(let{heading:s,texts:i}of e.columns){if(r.includes(s))continue;let a=m=>cn(i[m.place]),c=n.filter(a).length;if(!c||c===n.length)continue;let l=[];for(let m of o.values()){let d=m.filter(a),p=m.filter(w=>!a(w));if(d.length!==1||!p.length)continue;let[g]=d;if(!Number.isNaN(g.low)&&!Ji(g,p))throw new N(`Line ${g.row}: \u201C${i[g.place]}\u201D in column \u201C${s}\u201D is called a total, but is not the sum of the other rows of \u201C${g.doctor}\u201D. Keep either the totals or the parts.`,"total");l.push(g)}if(!l.length)continue;let u=l.map(({row:m})=>m),f=U(u),h=`${f[0].toUpperCase()}${f.slice(1)}: \u201C${i[l[0].place]}\u201D in column \u201C${s}\u201D is the total of a ${Kf(t)}\u2019s other rows, as their sums confirm: left out, so that no patient is counted twice.`;return{rows:n.filter(m=>!l.includes(m)),notes:[E("total",h,u,!0)]}}return{rows:n,notes:[]}}var Qi=2e4,Yf=["doctor","successes","trials"];function*ea(e,{columns:t=null,sumRows:n=!1,without:o=new Set}={}){let r={counts:[],notes:[],refusal:null,headings:[],roles:{},isOwn:!0,asks:[]};try{let s=yield*qi(e);nh(s.records.length);let i=Zf(s.records),a=yield*Ys(s,i,o);r.headings=a.columns.map(({heading:m})=>m),r.lines=a.numbers.length,yield,r.isOwn=!1;let c=si(a,t);if(Object.assign(r,{roles:c.roles,isOwn:c.isOwn&&!i}),c.complete?c.unsure&&(r.asks=c.said):r.asks=[Jf(c.roles)],r.asks.length)return r;yield;let l=[...a.notes,...c.said.map(m=>E("proposal",m,[],!0))];i&&l.unshift(E("headings","There are no headings: the columns were read as doctor, successes, patients."));let{counts:u,more:f,leftOut:h}=yield*Xf(a,c.roles,n);r.notes=[...l,...f],r.failures=["failures","failure_rate","failure"].includes(na(c.roles)),r.leftOut=h,r.counts=u,oh(r.counts)}catch(s){if(!(s instanceof N))throw s;let{message:i,kind:a,rows:c}=s;Object.assign(r,{counts:[],refusal:{text:i,kind:a,rows:c}})}return r}function Zf(e){let t=e.find(r=>r.some(s=>s.trim()))??[];if(!(t.length>=3&&!J(t[0])&&t.slice(1,3).every(J)))return null;let o=Math.max(...e.map(r=>r.findLastIndex(s=>s.trim())+1));return Array.from({length:o},(r,s)=>Yf[s]??`column ${s+1}`)}var na=e=>H(e)??["success","failure"].find(t=>t in e);function Jf(e){let t=[];return"unit"in e||t.push("the doctor, hospital or other unit"),na(e)?!("trials"in e)&&!("success"in e||"failure"in e)&&t.push("the number of patients"):t.push("the successes or failures"),t.length?`No heading seems to name ${t.join(" and ")}.`:"These columns do not go together: a row a doctor has patients, a row a patient has none."}function*Xf(e,t,n){let o="success"in t||"failure"in t,r=o?ti(e,t):hi(e,t);yield;let s=[],i=[...r.notes];if(o){for(let{row:m,doctor:d}of r.rows)if(cn(d))throw Qf(m,d)}else{for(let w of[Xi,Yi])r=w(e,t,r.rows),i.push(...r.notes),yield;let{kept:m,notes:d,left:p}=mi(r.rows,t);if(s=p.map(({doctor:w})=>w),i.push(...d),di(e,t,m),!m.length)throw new N(`There is no row of which anything can be said. ${d.at(-1)?.text??""}`,"no rows");let g=Pi(m,p);if(g)throw new N(`Line ${g}: the lines below it add up to exactly what those above it do. Is it a second table of the same patients? Keep one here.`,"two tables");for(let w of m)Number.isNaN(w.trials)||(w.high=Math.min(w.high,w.trials));i.push(...gi(e,t,m),...$i(m),...wi(e,t,m),...xi(e,t,m),...yi(e,t,m),...vi(t),...bi(e,t,m),..._i(t,m)),r={rows:m},yield}let a=new Map;for(let{row:m,doctor:d}of r.rows)a.has(d)||a.set(d,m);let{merged:c,notes:l}=Oi(a,n);i.push(...l);for(let m of r.rows)m.doctor=c.get(m.doctor)??m.doctor;if(yield,(n||o)&&i.push(...Ri(e,t)),o)return{counts:fo(r.rows).map(m=>ta(m,!1)),more:i,leftOut:s};let{units:u,notes:f}=Fi(e,t,r.rows,n),h=["failures","failure_rate"].includes(H(t));return i.push(...f,...Ai(e,t),...th(t,h),...eh(r.rows,t)),{counts:u.map(m=>ta(m,h)),more:i,leftOut:s}}var Qf=(e,t)=>new N(`Line ${e}: \u201C${t}\u201D is called a total, and every line is read as a patient. Delete the line, or give the unit another name.`,"total");function th(e,t){if(!t)return[];let n=`Column \u201C${e[H(e)]}\u201D counts failures: the successes are the other patients.`;return[E("turned",n)]}function eh(e,t){let n=e.filter(({low:i,high:a})=>i!==a);if(!n.length)return[];let o=n.slice(0,5).map(({doctor:i,low:a,high:c})=>`${i} ${a} to ${c}`),r=`Column \u201C${t[H(t)]}\u201D withholds`,s=n.length===1?`${r} a small count, which was taken as bounded: ${o[0]}. Its raw rate is not drawn.`:`${r} ${n.length} small counts; they were taken as bounded: ${o.join("; ")}${n.length>5?" and so on":""}. Their raw rates are not drawn.`;return[E("suppressed",s,n.map(({row:i})=>i))]}function ta({doctor:e,low:t,high:n,trials:o,expected:r},s){let[i,a]=s?[o-n,o-t]:[t,n],c=[e,i===a?i:null,o],l=r===void 0||!o?null:s?o-r:r;return i!==a?[...c,l,[i,a]]:l===null?c:[...c,l]}function nh(e){if(e>Qi)throw new N(`This page reads up to ${T(Qi)} lines, and the text has ${T(e)}. For more, use the command shrinkage report.`,"too many")}function oh(e){if(e.length>Z.doctors)throw new N(`This page holds up to ${Z.doctors} doctors, and the text has ${T(e.length)}. For more, use shrinkage.exact.posterior in Python.`,"too many");for(let[t,,n]of e){if(t.length>Z.name)throw new N(`\u201C${t.slice(0,30)}\u2026\u201D needs a name of at most ${Z.name} characters.`,"too long");if(n>Z.patients)throw new N(`\u201C${t}\u201D has ${T(n)} patients, and this page takes up to ${T(Z.patients)}. For more, use shrinkage.exact.posterior in Python.`,"too many")}}var rh={"":"not used",unit:"doctor, hospital \u2026",trials:"patients",successes:"successes",failures:"failures (deaths \u2026)",rate:"success rate",failure_rate:"failure rate",expected:"expected number or rate",ratio:"observed / expected",success:"success of one patient",failure:"failure of one patient"},oa={unit:"the unit",trials:"the patients",successes:"counted as successes",failures:"counted as failures",rate:"the success rate",failure_rate:"the failure rate",expected:"what was expected",ratio:"observed over expected",success:"whether it went well",failure:"whether it failed"},ra=e=>`Read as: ${Object.entries(e).filter(([t])=>oa[t]).map(([t,n])=>`${n}, ${oa[t]}`).join("; ")}.`;function sa(e){let t=k("div",{class:"sn-columns"}),n=k("fieldset",{class:"sn-chooser",hidden:!0},k("legend",{},"How the columns are read"),t),o=[],r=[];function s(c){for(let l of o)l!==c&&l.value===c.value&&(l.value="");e(i())}let i=()=>Object.fromEntries(o.map(({value:c},l)=>[c,r[l]]).filter(([c])=>c!==""));function a(c){let l=Wt("column"),u=Object.entries(rh).map(([h,m])=>k("option",{value:h},m)),f=k("select",{id:l,change:()=>s(f)},...u);return o.push(f),k("div",{},k("label",{for:l},c),f)}return{node:n,chosen:i,show(c,l){n.hidden=c.length===0,c.join("	")!==r.join("	")&&(o=[],r=c,t.replaceChildren(...c.map(a)));let u=Object.fromEntries(Object.entries(l).map(([f,h])=>[h,f]));o.forEach((f,h)=>{f.value=u[r[h]]??"",I(f,{class:f.value?null:"sn-unused"})})}}}function ln(e){let t=n=>{let o=0,r=e.findIndex(s=>(o+=s,o>=n-1e-9));return(r<0?e.length-1:r)+1};return{median:t(.5),low:t(.025),high:t(.975)}}function ia(e){let{expected:t}=et(e),n=e.map(([o,r,s,i,a])=>[o,a?a.join("-"):r,s,...t?[i??""]:[]]);return wo([["doctor","successes","trials",...t?["expected"]:[]],...n])}var sh=e=>/^[=+\-@\t\r]/.test(e)?`'${e}`:e,Zt=e=>e===null?"":Number(e.toPrecision(6));function aa(e,t,n){let{names:o,successes:r,trials:s,raw:i,expected:a,bounds:c}=et(e),l=o.map((u,f)=>{let h=ln(n[f]);return{doctor:sh(u),successes:r[f]??"",...c&&{fewest_successes:c[f][0],most_successes:c[f][1]},trials:s[f],...a&&{expected_successes:s[f]?Zt(a[f]):""},raw_rate:s[f]&&r[f]!==null?Zt(r[f]/s[f]):"",...a&&{standardised_rate:Zt(i[f])},estimate:Zt(t.mean[f]),low_95:Zt(t.low[f]),high_95:Zt(t.high[f]),weight_of_own_data:Zt(t.weight[f]),rank_median:h.median,rank_low_95:h.low,rank_high_95:h.high}});return go([Object.keys(l[0]),...l.map(Object.values)])}var yo=({notes:e})=>e.filter(t=>t.doubtful),ca=({roles:e,notes:t})=>t.find(({kind:n})=>n==="headings")?.text??ra(e);function la(e,t,n){let{counts:o,lines:r,refusal:s,asks:i}=t,a="The picture stays as it was.";if(!e.trim())return"Paste a table: a row a doctor or hospital, with patients and successes or deaths.";if(i.length)return`${i.join(" ")} Choose below what the columns are. ${a}`;if(s?.rows.length){let f=new Set(s.rows.map(({row:m})=>m)).size,h=f===1?"the other, or leave it out":"the others, or leave them out";return`${T(r-f)} of ${j(r,"line")} can be read; correct ${h}. ${a}`}if(s)return`${s.text} ${a}`;if(n.length)return`${ca(t)} Read below what is doubtful; if the columns are right, press \u201CUse these columns\u201D. ${a}`;let c=t.isOwn?"":`${ca(t)} `,u=o.some(([,,,f])=>f!=null)?" Estimates are those at the average expectation.":"";return`${c}${j(o.length,"row")} in the picture.${u}`}var ih=["connect-src 'none'","img-src data: blob:","media-src 'none'","frame-src 'none'","object-src 'none'","form-action 'none'"].join("; "),ua=20,ah=50,ch="Headings that are known: doctor, surgeon, hospital, site; patients, cases, operations, n; successes, survivors, alive; deaths, complications, readmissions, failures; expected.";function lh(e,t){let n=k("textarea",{id:Wt("paste"),rows:8,spellcheck:"false",autocomplete:"off",input:s,paste:a}),o=0,r=null;function s(){t(),i()}function i(){r=null,o||=requestAnimationFrame(c)}function a(l){t(!0);let u=l.clipboardData.getData("text/plain").replace(/\r\n?/g,`
`);u.split(`
`).length<ah||(l.preventDefault(),requestAnimationFrame(()=>{n.setRangeText(u,n.selectionStart,n.selectionEnd,"end"),s()}))}function c(){o=0,r??=e(n.value),We(r)||(o=requestAnimationFrame(c))}return{area:n,again:i,stop:()=>cancelAnimationFrame(o)}}function uh(e){let t=k("p",{class:"sn-proof"}),n=0;function o(){t.textContent=e?`What you write here stays in your browser. Since you opened this box, this page may not connect to any computer, its own included (your browser enforces it until you reload), and it has made ${j(n,"request")}. It also works with your network switched off.`:"What you write here stays in your browser and in this notebook\u2019s Python."}function r(){o(),e&&(document.head.append(k("meta",{"http-equiv":"Content-Security-Policy",content:ih})),new PerformanceObserver(s=>{n+=s.getEntries().filter(({name:i})=>/^(https?|wss?):/.test(i)).length,o()}).observe({type:"resource",buffered:!1}))}return{node:t,begin:r}}function fa(e,t){e.replaceChildren(...t.slice(0,ua).map(o=>k("li",{},o)));let n=t.length-ua;n>0&&e.append(k("li",{},`\u2026 and ${T(n)} more.`))}function ha({published:e,use:t,now:n}){let o=k("p",{class:"sn-verdict",role:"status"}),r=k("ul",{class:"sn-bad"}),s=k("ul",{class:"sn-notes"}),i=uh(e),a=()=>({columns:null,sumRows:!1,without:new Set,settled:[]}),c=a(),l=[],u=null,f=!1,{area:h,again:m,stop:d}=lh(A,O=>{c.without=new Set,O&&Object.assign(c,{sumRows:!1,settled:[]})}),p=O=>{Object.assign(c,O),m()},g=sa(O=>p({columns:O,settled:[]})),w=()=>new Set(u?.refusal?.rows.map(({row:O})=>O)),x={use:Q({label:"Use these columns",press:()=>p({columns:g.chosen(),settled:yo(u).map(({kind:O})=>O)}),primary:!0}),leave:Q({label:"",press:()=>p({without:new Set([...c.without,...w()])})}),sum:Q({label:"Add up the rows of each unit",press:()=>p({sumRows:!0})})},y=k("div",{class:"sn-buttons"},...Object.values(x).map(({node:O})=>O)),b=O=>O.counts.length?yo(O).filter(({kind:S})=>!c.settled.includes(S)):[];function*A(O){let S=yield*ea(O,c);yield;let V=S.headings.join("	")!==l.join("	");if(l=S.headings,V&&(c.columns||c.sumRows))return c=a(),yield*A(O);u=S,S.counts.length&&!b(S).length&&t(S.counts),yield,yield*M(O,S)}function*M(O,S){let{refusal:V,asks:L,roles:K,isOwn:ue}=S,yt=b(S);o.textContent=la(O,S,yt),fa(r,[...V?.rows??[],...yt].map(bt=>bt.text));let un=c.without.size?[`${j(c.without.size,"line")} left out, as you chose.`]:[],xa=S.notes.filter(bt=>!yt.includes(bt)&&bt.kind!=="headings").sort((bt,ba)=>ba.doubtful-bt.doubtful).map(bt=>bt.text);fa(s,[...L.length?[ch]:[],...un,...xa]),yield,g.show(ue&&!yt.length?[]:S.headings,K),yield;let Ee=w().size,ya=L.length>0&&"unit"in K&&Object.keys(K).length>2;x.use.node.hidden=!ya&&!yt.length,x.leave.node.hidden=!Ee||Ee>=S.lines,x.leave.node.textContent=Ee===1?"Leave this line out":`Leave these ${T(Ee)} lines out`,x.sum.node.hidden=!["rows","alike"].includes(V?.kind)}function $(){!_.open||f||(f=!0,h.value||(h.value=ia(n().counts),o.textContent="This is the present table. Change it, or paste another over it."),i.begin())}for(let{node:O}of Object.values(x))O.hidden=!0;let _=k("details",{class:"sn-table sn-paste",toggle:$},k("summary",{},"Paste your own league table"),k("label",{for:h.id},"A row a doctor or hospital, with its patients and its successes or deaths, as copied from a spreadsheet or a CSV file"),h,o,r,g.node,y,s,i.node,e?k("p",{class:"sn-proof"},"A copied link holds the table itself: share it as you would share the table."):"");return{node:_,stop:d}}var ma=28;function bo(e){let t=n=>e.match(n)?.length??0;return e.length+.5*(t(/[%mw]/g)-t(/[\s.,ijlt]/g))}function da({title:e,headings:t,opened:n}){let o=(p,g,w)=>k(p,{role:g,scope:w}),r=()=>k("tr",{role:"row"},o("th","rowheader","row"),...t.slice(1).map(()=>o("td","cell"))),s=(p,...g)=>k(p,{role:"rowgroup"},...g),i=t.map(p=>k("th",{role:"columnheader",scope:"col"},p)),a=s("tfoot"),c=k("table",{role:"table"},s("thead",k("tr",{role:"row"},...i)));c.append(a);let l=[],u=k("details",{class:"sn-table sn-numbers",toggle:n},k("summary",{},e),k("div",{class:"sn-scroll",tabindex:0,role:"group","aria-label":e},c)),f=t.map(p=>Math.max(...p.split(" ").map(bo))),h="";function m(){let p=f.map((w,x)=>{let y=Math.max(w,Math.min(bo(t[x]),ma));return`minmax(calc(${w}ch + 1rem), ${y}fr)`});if(p.join(" ")===h)return;h=p.join(" ");let g=f.reduce((w,x)=>w+x,0);c.style.setProperty("--sn-columns",h),c.style.setProperty("--sn-least",`calc(${g}ch + ${t.length}rem)`)}function d(p,g,w){let{children:x}=p.children[g]??p.appendChild(r());w.forEach((y,b)=>{jt(x[b],y),f[b]=Math.max(f[b],Math.min(bo(y),ma))})}return{node:u,*fill(p,g,w){if(!u.open)return;yield*it(p,(b,A)=>{let M=Math.floor(A/8);l[M]||(l[M]=s("tbody"),a.before(l[M])),d(l[M],A%8,g(b,A))},{after:m});for(let b of l.splice(Math.ceil(p.length/8)))b.remove();let y=p.length%8||8;for(;l.at(-1)?.children.length>y;)l.at(-1).lastChild.remove();w&&d(a,0,w),m()}}}function vo(e,t){let n=document.createElement("a");n.href=URL.createObjectURL(t),n.download=e,n.click(),setTimeout(()=>URL.revokeObjectURL(n.href),1e4)}var fh=["fill","fill-opacity","stroke","stroke-opacity","stroke-width","stroke-dasharray","opacity","font-family","font-size","font-weight","text-anchor","display","visibility"];async function pa(e){let t=e.cloneNode(!0),[n,o]=[[e,...e.querySelectorAll("*")],[t,...t.querySelectorAll("*")]],r=new Map;if(await Or(it(n,(a,c)=>{let l=getComputedStyle(a),u=a.style.transform,f=fh.map(m=>`${m}:${l.getPropertyValue(m)}`),h=(u?[...f,`transform:${u}`]:f).join(";");r.has(h)||r.set(h,`look-${r.size}`),o[c].setAttribute("class",r.get(h)),o[c].removeAttribute("style")})),!n.every(a=>e.contains(a)))return pa(e);let i=document.createElementNS(t.namespaceURI,"style");return i.textContent=Array.from(r,([a,c])=>`.${c}{${a}}`).join(""),t.prepend(i),t}async function ga(e){let t=await pa(e);t.setAttribute("xmlns","http://www.w3.org/2000/svg");let{width:n,height:o}=e.getBoundingClientRect(),r=new Image;r.src=`data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(t))}`,await r.decode();let s=12,i=document.createElement("canvas");i.width=2*(n+2*s),i.height=2*(o+2*s);let a=i.getContext("2d");return a.scale(2,2),a.fillStyle=getComputedStyle(e.closest(".sn-demo")).backgroundColor,a.fillRect(0,0,i.width,i.height),a.drawImage(r,s,s,n,o),new Promise(c=>i.toBlob(c,"image/png"))}var hh=[..._r,"own data","rank, 95\xA0% interval"];function mh(e,t,n,o){let r=o&&ln(o[e]);return[...kr(e,t,n),F(n.weight[e]),r?`${r.median}, ${r.low} to ${r.high}`:"computing"]}function wa(e,t){let o=da({title:"Estimates, intervals and ranks in numbers",headings:hh,opened:t}),r=!1,s=[Q({label:"Download CSV",press(){r=!0,t()},enabled:()=>!r}),Q({label:"Download PNG",press:async()=>vo("league-table.png",await ga(e))})];return{nodes:[o.node,k("div",{class:"sn-buttons sn-quiet"},...s.map(({node:i})=>i))],saveWanted({counts:i},a,c){if(r&&c){r=!1;let l=aa(i,a,c);vo("league-table.csv",new Blob([l],{type:"text/csv"}))}for(let l of s)l.show()},fill:(i,a,c,l)=>o.fill(i,u=>mh(u,a,c,l))}}function dh(e){let{now:t,again:n,model:o,published:r}=e,s=Jr(e),i=jr(o,n),a=Ws(e,s),c=wa(a.picture,n),l=ha({published:r,use:s.use,now:t}),u=k("div",{class:"sn-summary"},k("p"),k("p"),k("p"));function*f(m,d){let p=i.ask(m);yield;let{length:g}=m.counts;if(p?.state.counts.length!==g)return a.say(`Computing the posterior of ${j(g,"doctor")} \u2026`);yield*h(p,d)}function*h({state:m,found:d},p){let g=yield*i.ranksOf(m);c.saveWanted(m,d,g),yield;let w=et(m.counts),x=Mt(d.reference+d.mu.mean);yield;let y=a.orderOf(m,w,d);yield;let b=Zr(w,d,x),[A]=b;yield,yield*a.update(p,{state:m,table:w,found:d,typical:x,finding:A}),yield,[...u.children].forEach((M,$)=>jt(M,b[$]??"")),yield*c.fill(y,w,d,g)}return{actions:Vr(o,s),settings:Kr(e,s),figure:a.node,summary:u,table:k("div",{},l.node,...c.nodes),show:f,busy:()=>i.busy,stop(){l.stop(),i.stop()}}}var ph={render:Cr({title:"Demo: from raw rates to estimates",problem:Br,build:dh})};export{ph as default};
